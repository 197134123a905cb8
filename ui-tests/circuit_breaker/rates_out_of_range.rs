//! A rate is above 0.0 and at most 1.0.
//!
//! fix: #[circuit_breaker(name = "a", failure_rate = 0.5)]

use resilient::circuit_breaker;

#[circuit_breaker(name = "a", failure_rate = 0.0)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[circuit_breaker(name = "b", failure_rate = 50)]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

#[circuit_breaker(name = "c", slow_call = 1s, slow_call_rate = 1.1)]
async fn third() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
