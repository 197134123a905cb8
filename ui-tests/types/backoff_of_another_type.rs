//! A backoff is a word, a list of durations, or a function of the attempt that gives a duration.
//!
//! fix: #[retry(backoff = pause)]

use std::time::Duration;

use resilient::retry;

const LONG: Duration = Duration::from_secs(120);

fn pause(attempt: u32) -> Duration {
    Duration::from_secs(attempt.into())
}

fn half(attempt: u32) -> f64 {
    f64::from(attempt) / 2.0
}

#[retry(backoff = half)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(backoff = |attempt: u64| Duration::from_secs(attempt))]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(backoff = [1s, half])]
async fn third() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(backoff = [LONG])]
async fn fourth() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {
    let _ = (half(1), pause(1));
}
