//! A window of each key holds 1,024 permits at most.
//!
//! fix: #[rate_limit(permits = 2_000, per = 1min, burst = 100, key = user)]

use resilient::{RateLimitPolicy, RateLimiters, rate_limit};
use std::time::Duration;

#[rate_limit(permits = 2_000, per = 1min, key = user)]
async fn first(user: &str) -> Result<(), resilient::Error> {
    let _ = user;
    Ok(())
}

const POLICY: RateLimitPolicy = RateLimitPolicy::new(2_000, Duration::from_secs(60));

#[rate_limit(policy = POLICY, key = user)]
async fn second(user: &str) -> Result<(), resilient::Error> {
    let _ = user;
    Ok(())
}

#[rate_limit(permits = 2_000, per = 1min)]
static USERS: RateLimiters;

fn main() {}
