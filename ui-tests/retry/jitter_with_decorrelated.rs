//! `jitter` does not go with decorrelated backoff, which is random already.
//!
//! fix: #[retry(backoff = decorrelated)]

use resilient::retry;

#[retry(backoff = decorrelated, jitter = none)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
