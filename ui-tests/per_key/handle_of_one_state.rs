//! A key needs state for each key.
//!
//! fix: #[circuit_breaker(HOSTS, key = host)]

use resilient::{CircuitBreaker, CircuitBreakers, circuit_breaker};

#[circuit_breaker(failure_threshold = 3)]
static HOST: CircuitBreaker;

#[circuit_breaker(failure_threshold = 3)]
static HOSTS: CircuitBreakers;

#[circuit_breaker(HOST, key = host)]
async fn fetch(host: &str) -> Result<(), resilient::Error> {
    let _ = host;
    Ok(())
}

fn main() {}
