//! A policy has the type that belongs to the attribute.
//!
//! fix: #[retry(policy = RETRY)]

use resilient::{BreakerPolicy, Error, RetryPolicy, bulkhead, circuit_breaker, retry, timeout};

const RETRY: RetryPolicy = RetryPolicy::new();

#[retry(policy = 5)]
fn first() -> Result<u32, Error> {
    Ok(1)
}

#[timeout(policy = RETRY)]
async fn second() -> Result<u32, Error> {
    Ok(1)
}

#[circuit_breaker(name = "users", policy = RETRY)]
async fn third() -> Result<u32, Error> {
    Ok(1)
}

#[bulkhead(policy = RETRY, max_concurrent = 5)]
async fn fourth() -> Result<u32, Error> {
    Ok(1)
}

#[retry(policy = policy)]
async fn fifth(policy: BreakerPolicy) -> Result<u32, Error> {
    Ok(1)
}

#[retry(policy = policy, max_attempts = 3)]
async fn sixth(policy: BreakerPolicy) -> Result<u32, Error> {
    Ok(1)
}

fn main() {}
