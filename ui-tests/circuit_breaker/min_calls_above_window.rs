//! `min_calls` is not larger than the window.
//!
//! fix: #[circuit_breaker(name = "payments", failure_rate = 0.5, window = 50, min_calls = 50)]

use resilient::circuit_breaker;

#[circuit_breaker(name = "payments", failure_rate = 0.5, window = 20, min_calls = 50)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[circuit_breaker(name = "refunds", failure_rate = 0.5, min_calls = 200)]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
