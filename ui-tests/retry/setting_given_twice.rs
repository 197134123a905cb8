//! A setting is given once.
//!
//! fix: #[retry(max_attempts = 5, jitter = none)]

use resilient::retry;

#[retry(max_attempts = 5, jitter = none, max_attempts = 6)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
