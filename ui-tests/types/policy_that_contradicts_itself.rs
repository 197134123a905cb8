//! The settings of a constant policy do not contradict each other.
//!
//! fix: #[retry(policy = SLOW, max_delay = 20s)]

use resilient::{BreakerPolicy, Error, RetryPolicy, circuit_breaker, retry, timeout};
use std::time::Duration;

const SLOW: RetryPolicy = slow();

const fn slow() -> RetryPolicy {
    RetryPolicy::new().base_delay(Duration::from_secs(10)).max_delay(Duration::from_secs(5))
}

const BREAKER: BreakerPolicy = BreakerPolicy::new().failure_rate(0.5).count_window(10).min_calls(20);

const LIMIT: Duration = Duration::ZERO;

#[retry(policy = SLOW)]
async fn first() -> Result<u32, Error> {
    Ok(1)
}

#[circuit_breaker(name = "users", policy = BREAKER)]
async fn second() -> Result<u32, Error> {
    Ok(1)
}

#[timeout(LIMIT)]
async fn third() -> Result<u32, Error> {
    Ok(1)
}

const ATTEMPTS: u32 = 0;

#[retry(max_attempts = ATTEMPTS)]
async fn fourth() -> Result<(), Error> {
    Ok(())
}

fn main() {}
