//! `slow_call` and `slow_call_rate` go together.
//!
//! fix: #[circuit_breaker(name = "a", slow_call = 2s, slow_call_rate = 0.5)]

use resilient::circuit_breaker;

#[circuit_breaker(name = "a", slow_call = 2s)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[circuit_breaker(name = "b", slow_call_rate = 0.5)]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

#[circuit_breaker(name = "c", policy = POLICY, slow_call = 2s)]
async fn third() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
