//! A setting of another library is recognised by its name there.
//!
//! fix: #[retry(max_attempts = 4)]

use resilient::{Error, retry};

#[retry(max_retries = 3)]
async fn first() -> Result<(), Error> {
    Ok(())
}

#[retry(retries = RETRIES, delay = 100ms, exceptions(Error::TimedOut { .. }))]
async fn second() -> Result<(), Error> {
    Ok(())
}

#[retry(attempts = 3, default_retry_delay = 100ms, retryable_exceptions(_))]
async fn third() -> Result<(), Error> {
    Ok(())
}

#[retry(respect_retry_after = true, max_delay_ms = 500)]
async fn fourth() -> Result<(), Error> {
    Ok(())
}

#[retry(exponential)]
async fn fifth() -> Result<(), Error> {
    Ok(())
}

#[retry(max_attempts = 3, timeout = 2s)]
async fn sixth() -> Result<(), Error> {
    Ok(())
}

fn main() {}
