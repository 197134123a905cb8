//! A handle has the type that its attribute makes.
//!
//! fix:
//!     #[bulkhead(max_concurrent = 3)]
//!     static USERS: Bulkhead;

use resilient::{Bulkhead, CircuitBreaker, Error, bulkhead, circuit_breaker};

#[bulkhead(max_concurrent = 3)]
static USERS: CircuitBreaker;

#[circuit_breaker]
static NAME: &str;

#[circuit_breaker]
static MANY: Vec<resilient::CircuitBreaker>;

#[bulkhead(USERS)]
async fn user() -> Result<(), Error> {
    Ok(())
}

fn main() {
    let breakers: [&CircuitBreaker; 2] = [&NAME, &MANY];
    let users: &Bulkhead = &USERS;
    let _ = (breakers, users, user());
}
