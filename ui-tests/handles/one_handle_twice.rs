//! No two attributes of a function have the same handle or value.
//!
//! fix:
//!     #[circuit_breaker(USERS)]
//!     #[timeout(1s)]
//!     #[circuit_breaker(HOST)]

use resilient::{Bulkhead, CircuitBreaker, Error, bulkhead, circuit_breaker, timeout};

#[circuit_breaker]
static USERS: CircuitBreaker;

#[circuit_breaker]
static HOST: CircuitBreaker;

struct Client {
    slots: Bulkhead,
}

#[circuit_breaker(USERS)]
#[timeout(1s)]
#[circuit_breaker(&USERS)]
async fn first() -> Result<(), Error> {
    Ok(())
}

impl Client {
    #[bulkhead(self.slots)]
    #[timeout(1s)]
    #[bulkhead(self.slots)]
    async fn second(&self) -> Result<(), Error> {
        Ok(())
    }
}

#[circuit_breaker(USERS, USERS)]
async fn third() -> Result<(), Error> {
    Ok(())
}

fn main() {}
