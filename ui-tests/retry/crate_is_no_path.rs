//! `crate` takes a path.
//!
//! fix: #[retry(crate = ::resilient)]

use resilient::retry;

#[retry(crate = "resilient")]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(crate)]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(crate = ::resilient, crate = ::resilient)]
async fn third() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
