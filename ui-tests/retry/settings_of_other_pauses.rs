//! A list or a function gives the pauses themselves, so what they would grow from never acts.
//!
//! fix: #[retry(backoff = [1s, 5s], jitter = equal)]

use std::time::Duration;

use resilient::retry;

fn pause(attempt: u32) -> Duration {
    Duration::from_secs(attempt.into())
}

#[retry(backoff = [1s, 5s], base_delay = 1s)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(backoff = pause, base_delay = 0s, exponential_base = 3.0)]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(backoff = [1s, 5s], max_delay = 20s)]
async fn third() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(backoff = |attempt, elapsed| pause(attempt))]
async fn fourth() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {
    pause(1);
}
