//! The settings of all keys stand at the static.
//!
//! fix: #[circuit_breaker(HOSTS, key = host)]

use resilient::{CircuitBreakers, circuit_breaker};

#[circuit_breaker(failure_threshold = 3)]
static HOSTS: CircuitBreakers;

#[circuit_breaker(HOSTS, key = host, max_keys = 500)]
async fn fetch(host: &str) -> Result<(), resilient::Error> {
    let _ = host;
    Ok(())
}

fn main() {}
