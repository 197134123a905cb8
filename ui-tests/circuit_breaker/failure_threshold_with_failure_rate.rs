//! A breaker counts failures in a row, or their share.
//!
//! fix: #[circuit_breaker(name = "payments", failure_rate = 0.5)]

use resilient::circuit_breaker;

#[circuit_breaker(name = "payments", failure_threshold = 5, failure_rate = 0.5)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
