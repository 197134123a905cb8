//! Decorrelated pauses are random already.
//!
//! mend: #[retry(backoff = decorrelated)]

use resilient::retry;

#[retry(backoff = decorrelated, jitter = none)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
