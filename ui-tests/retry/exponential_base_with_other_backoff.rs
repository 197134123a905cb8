//! `exponential_base` needs exponential backoff.
//!
//! fix: #[retry(backoff = exponential, exponential_base = 3.0)]

use resilient::retry;

#[retry(backoff = linear, exponential_base = 3.0)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
