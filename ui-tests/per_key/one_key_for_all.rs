//! A key differs from call to call.
//!
//! fix: #[circuit_breaker(name = "host", key = host)]

use resilient::circuit_breaker;

#[circuit_breaker(name = "host", key = "a.example")]
async fn fetch(host: &str) -> Result<(), resilient::Error> {
    let _ = host;
    Ok(())
}

fn main() {}
