//! A handle or a value has its settings already.
//!
//! fix: #[circuit_breaker(USERS, failure_if = is_broken)]

use resilient::{Bulkhead, CircuitBreaker, Error, bulkhead, circuit_breaker};
use std::sync::Arc;

#[circuit_breaker(failure_threshold = 3)]
static USERS: CircuitBreaker;

fn is_broken(error: &Error) -> bool {
    error.is_timed_out()
}

#[circuit_breaker(USERS, failure_threshold = 5, failure_if = is_broken, recovery_timeout = 1s)]
async fn first() -> Result<(), Error> {
    Ok(())
}

#[circuit_breaker(name = "users", USERS)]
async fn second() -> Result<(), Error> {
    Ok(())
}

#[bulkhead(slots, policy = POLICY, max_wait = 1s)]
fn third(slots: &Bulkhead) -> Result<(), Error> {
    Ok(drop(slots))
}

#[bulkhead(slots.clone(), max_concurrent = 3)]
fn fourth(slots: Arc<Bulkhead>) -> Result<(), Error> {
    Ok(drop(slots))
}

fn main() {}
