//! What looks at a function's errors stands at the function.
//!
//! fix:
//!     #[circuit_breaker(failure_threshold = 3)]
//!     static USERS: CircuitBreaker;
//!
//!     #[circuit_breaker(USERS, failure_on(Error::TimedOut { .. }), map_err = |refusal| refusal)]
//!     async fn user() -> Result<(), Error> {
//!         Ok(())
//!     }

use resilient::{Bulkhead, CircuitBreaker, Error, bulkhead, circuit_breaker, timeout};

#[circuit_breaker(failure_threshold = 3, failure_on(Error::TimedOut { .. }), map_err = |refusal| refusal)]
static USERS: CircuitBreaker;

#[bulkhead(USERS, max_concurrent = 3)]
static DB: Bulkhead;

#[circuit_breaker]
#[timeout(1s)]
static SEARCH: CircuitBreaker;

#[circuit_breaker(failure_threshold = 0, name = "", half_open = 3)]
static BILLS: CircuitBreaker;

fn main() {
    let breakers: [&CircuitBreaker; 3] = [&USERS, &SEARCH, &BILLS];
    let slots: &Bulkhead = &DB;
    let _: (_, _, Option<Error>) = (breakers, slots, None);
}
