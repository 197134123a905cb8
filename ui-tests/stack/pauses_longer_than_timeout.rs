//! A timeout above a retry is longer than the pauses between the attempts.
//!
//! fix:
//!     #[timeout(30s)]
//!     #[retry(max_attempts = 5, base_delay = 1s, jitter = none)]

use resilient::{retry, timeout};

#[timeout(2s)]
#[retry(max_attempts = 5, base_delay = 1s, jitter = none)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[timeout(10s)]
#[retry(max_attempts = 4, backoff = fibonacci, base_delay = 10s, jitter = 0.5)]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
