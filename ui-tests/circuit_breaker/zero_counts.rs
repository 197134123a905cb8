//! A count is at least one.
//!
//! fix: #[circuit_breaker(name = "a", failure_threshold = 5)]

use resilient::circuit_breaker;

#[circuit_breaker(name = "a", failure_threshold = 0)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[circuit_breaker(name = "b", half_open_max_calls = 0)]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

#[circuit_breaker(name = "c", success_threshold = 0)]
async fn third() -> Result<(), resilient::Error> {
    Ok(())
}

#[circuit_breaker(name = "d", failure_rate = 0.5, min_calls = 0)]
async fn fourth() -> Result<(), resilient::Error> {
    Ok(())
}

#[circuit_breaker(name = "e", failure_rate = 0.5, window = 0)]
async fn fifth() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
