//! `base_delay` is not longer than `max_delay`.
//!
//! fix: #[retry(base_delay = 5s, max_delay = 10s)]

use resilient::retry;

fn pause() -> std::time::Duration {
    std::time::Duration::from_secs(1)
}

#[retry(base_delay = 10s, max_delay = 5s)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(base_delay = 2min)]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(max_delay = 50ms)]
async fn third() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(base_delay = pause(), max_delay = 0s)]
async fn fourth() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
