//! A number for `jitter` is between 0 and 1.
//!
//! fix: #[retry(jitter = 0.25)]

use resilient::retry;

#[retry(jitter = 1.5)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(jitter = -0.1)]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
