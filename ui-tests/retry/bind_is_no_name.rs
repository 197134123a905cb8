//! `bind` takes a name.
//!
//! fix: #[retry(bind = attempt)]

use resilient::retry;

#[retry(bind = 3)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(bind = self)]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
