//! A circuit breaker has a name, also one for each key.
//!
//! fix: #[circuit_breaker(name = "host", key = host)]

use resilient::circuit_breaker;

#[circuit_breaker(key = host)]
async fn fetch(host: &str) -> Result<(), resilient::Error> {
    let _ = host;
    Ok(())
}

fn main() {}
