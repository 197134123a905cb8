//! A time window is at least 10 ms long.
//!
//! fix: #[circuit_breaker(name = "a", failure_rate = 0.5, window = 10ms)]

use resilient::circuit_breaker;

#[circuit_breaker(name = "a", failure_rate = 0.5, window = 9ms)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[circuit_breaker(name = "b", failure_rate = 0.5, window = "9999us")]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
