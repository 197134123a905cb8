//! A misspelt handle or argument does not compile.
//!
//! fix: #[circuit_breaker(USERS)]

use resilient::{Bulkhead, CircuitBreaker, Error, bulkhead, circuit_breaker};

#[circuit_breaker(failure_threshold = 3)]
static USERS: CircuitBreaker;

#[circuit_breaker(USRES)]
async fn first() -> Result<(), Error> {
    Ok(())
}

#[bulkhead(solts)]
fn second(slots: &Bulkhead) -> Result<(), Error> {
    Ok(drop(slots))
}

#[circuit_breaker(crate::upstream::USERS, failure_if = |_| true)]
fn third() -> Result<(), Error> {
    Ok(())
}

fn main() {}
