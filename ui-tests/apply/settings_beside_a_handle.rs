//! A stack that names a handle leaves the settings to it.
//!
//! fix:
//!     policy! { upstream = #[circuit_breaker(name = "users", failure_threshold = 5)]; }

use resilient::{CircuitBreaker, Error, apply, circuit_breaker, policy};

#[circuit_breaker(failure_threshold = 3)]
static USERS: CircuitBreaker;

policy! { upstream = #[circuit_breaker(crate::USERS, failure_threshold = 5)]; }

#[apply(upstream)]
async fn user() -> Result<(), Error> {
    Ok(())
}

policy! { held = #[circuit_breaker(crate::USERS)]; }
#[apply(held, circuit_breaker(failure_threshold = 4))]
async fn other() -> Result<(), Error> {
    Ok(())
}

fn main() {}
