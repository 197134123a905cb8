//! The attribute makes the value of a handle.
//!
//! fix:
//!     #[circuit_breaker(failure_threshold = 3)]
//!     pub static USERS: CircuitBreaker;

use resilient::{Bulkhead, CircuitBreaker, Error, bulkhead, circuit_breaker};

#[circuit_breaker(failure_threshold = 3)]
pub static USERS: CircuitBreaker = CircuitBreaker::new("users", POLICY);

#[bulkhead(max_concurrent = 3)]
static mut DB: Bulkhead;

#[circuit_breaker(USERS)]
async fn user() -> Result<(), Error> {
    Ok(())
}

fn main() {
    let db: &Bulkhead = &DB;
    let _ = (db, user());
}
