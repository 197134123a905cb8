//! A list of pauses has one at least, and each is one that `max_delay` allows.
//!
//! fix: #[retry(max_attempts = 4, backoff = [1s, 5s, 2min], max_delay = 2min)]

use resilient::retry;

#[retry(backoff = [])]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(backoff = [1, 5s, "10 s", -1s])]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(max_attempts = 4, backoff = [1s, 90s, 2min])]
async fn third() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(backoff = [1s, 5s], max_delay = 2s)]
async fn fourth() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(max_attempts = unlimited, max_elapsed = 1min, backoff = [1s, 0s])]
async fn fifth() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(backoff = [10s, 20s], max_elapsed = 5s)]
async fn sixth() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
