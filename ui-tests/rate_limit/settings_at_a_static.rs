//! What a call takes, and what stops all of them, is said at functions.
//!
//! fix: #[rate_limit(permits = 80, per = 1min)]

use resilient::{RateLimiter, rate_limit};

#[rate_limit(permits = 80, cost = 2)]
static FIRST: RateLimiter;

#[rate_limit(paused_on(_))]
static SECOND: RateLimiter;

#[rate_limit]
static THIRD: RateLimiter;

fn main() {}
