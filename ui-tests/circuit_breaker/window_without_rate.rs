//! `window` and `min_calls` need a rate.
//!
//! fix: #[circuit_breaker(name = "a", window = 100, failure_rate = 0.5)]

use resilient::circuit_breaker;

#[circuit_breaker(name = "a", window = 100)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[circuit_breaker(name = "b", min_calls = 10)]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
