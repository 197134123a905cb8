//! A duration is longer than zero.
//!
//! fix: #[circuit_breaker(name = "a", recovery_timeout = 30s)]

use resilient::circuit_breaker;

#[circuit_breaker(name = "a", recovery_timeout = 0s)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[circuit_breaker(name = "b", failure_rate = 0.5, window = 0s)]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

#[circuit_breaker(name = "c", slow_call = 0ms, slow_call_rate = 0.5)]
async fn third() -> Result<(), resilient::Error> {
    Ok(())
}

#[circuit_breaker(name = "d", probe_timeout = 0s)]
async fn fourth() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
