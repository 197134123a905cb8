//! `max_retry_after` needs a `retry_after`.
//!
//! fix: #[retry(retry_after = resilient::Error::retry_after, max_retry_after = 10s)]

use resilient::retry;

#[retry(max_retry_after = 10s)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
