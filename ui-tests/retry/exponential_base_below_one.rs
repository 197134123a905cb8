//! `exponential_base` is at least 1.
//!
//! fix: #[retry(exponential_base = 2.0)]

use resilient::retry;

#[retry(exponential_base = 0.5)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(exponential_base = 1e999)]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
