//! A setting that is an expression has the type of the setting.
//!
//! fix: #[timeout(std::time::Duration::from_secs(id.into()))]

use resilient::{Error, bulkhead, circuit_breaker, retry, timeout};

const SECONDS: u64 = 5;

#[timeout(id)]
async fn first(id: u32) -> Result<u32, Error> {
    Ok(id)
}

#[timeout(duration = SECONDS)]
async fn second(id: u32) -> Result<u32, Error> {
    Ok(id)
}

#[retry(base_delay = id, max_attempts = name)]
fn third(id: u32, name: &str) -> Result<u32, Error> {
    Ok(id)
}

#[retry(jitter = SECONDS)]
fn fourth(id: u32) -> Result<u32, Error> {
    Ok(id)
}

#[circuit_breaker(name = "users", failure_rate = SECONDS)]
fn fifth(id: u32) -> Result<u32, Error> {
    Ok(id)
}

#[bulkhead(name = SECONDS, max_concurrent = SECONDS)]
async fn sixth(id: u32) -> Result<u32, Error> {
    Ok(id)
}

fn main() {}
