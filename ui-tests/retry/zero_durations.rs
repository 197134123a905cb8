//! A limit is longer than zero.
//!
//! fix: #[retry(max_elapsed = 1min)]

use resilient::retry;

fn hint(_: &resilient::Error) -> Option<std::time::Duration> {
    None
}

#[retry(max_elapsed = 0s)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(retry_after = hint, max_retry_after = 0ms)]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
