//! `window` is a constant.
//!
//! fix: #[circuit_breaker(name = "a", failure_rate = 0.5, window = 100)]

use resilient::circuit_breaker;

#[circuit_breaker(name = "a", failure_rate = 0.5, window = window)]
async fn first(window: u32) -> Result<u32, resilient::Error> {
    Ok(window)
}

#[circuit_breaker(name = "b", failure_rate = 0.5, window = 10m)]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
