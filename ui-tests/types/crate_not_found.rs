//! `crate` is a path that leads to the crate.
//!
//! fix: #[retry(crate = ::resilient)]

use resilient::retry;

#[retry(crate = ::nowhere)]
fn first() -> Result<u32, String> {
    Ok(1)
}

#[retry(crate = crate::nowhere)]
async fn second() -> Result<u32, String> {
    Ok(1)
}

fn main() {}
