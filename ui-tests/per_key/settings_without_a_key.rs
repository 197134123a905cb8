//! `max_keys` and `idle` are settings of state per key.
//!
//! fix: #[circuit_breaker(name = "host", key = host, max_keys = 500)]

use resilient::{bulkhead, circuit_breaker, rate_limit};

#[circuit_breaker(name = "host", max_keys = 500)]
async fn first(host: &str) -> Result<(), resilient::Error> {
    let _ = host;
    Ok(())
}

#[bulkhead(idle = 1min)]
async fn second(tenant: u64) -> Result<(), resilient::Error> {
    let _ = tenant;
    Ok(())
}

#[rate_limit(permits = 80, max_keys = 500, idle = 1min)]
async fn third(user: &str) -> Result<(), resilient::Error> {
    let _ = user;
    Ok(())
}

fn main() {}
