//! `max_elapsed` is longer than the first pause.
//!
//! fix: #[retry(base_delay = 2s, jitter = none, max_elapsed = 20s)]

use resilient::retry;

#[retry(base_delay = 2s, jitter = none, max_elapsed = 2s)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(jitter = equal, max_elapsed = 50ms)]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(backoff = decorrelated, max_elapsed = 80ms)]
async fn third() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
