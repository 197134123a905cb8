//! A key needs a static with state for each key.
//!
//! fix: static HOST: CircuitBreakers;

use resilient::{CircuitBreaker, circuit_breaker};

#[circuit_breaker(failure_threshold = 3)]
static HOST: CircuitBreaker;

#[circuit_breaker(HOST, key = host)]
async fn fetch(host: &str) -> Result<(), resilient::Error> {
    let _ = host;
    Ok(())
}

fn main() {}
