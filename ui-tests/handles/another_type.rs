//! A handle or a value gives a breaker or a bulkhead, as its attribute says.
//!
//! fix: #[circuit_breaker(USERS)]

use resilient::{Bulkhead, CircuitBreaker, Error, bulkhead, circuit_breaker, timeout};
use std::sync::Arc;

#[circuit_breaker]
static USERS: CircuitBreaker;
#[bulkhead]
static SLOTS: Bulkhead;
static LIMIT: u32 = 5;

struct Client {
    slots: Arc<Bulkhead>,
    name: String,
}

#[circuit_breaker(SLOTS)]
async fn first() -> Result<(), Error> {
    Ok(())
}

#[bulkhead(LIMIT)]
fn second() -> Result<(), Error> {
    Ok(())
}

#[circuit_breaker(LIMIT)]
fn third() -> Result<(), Error> {
    Ok(())
}

impl Client {
    #[circuit_breaker(self.slots)]
    fn fourth(&self) -> Result<(), Error> {
        Ok(())
    }

    #[timeout(1s)]
    #[bulkhead(self.name)]
    async fn fifth(&self) -> Result<(), Error> {
        Ok(())
    }

    #[circuit_breaker(Some(&self.name))]
    async fn sixth(&self) -> Result<(), Error> {
        Ok(())
    }
}

fn main() {
    let _ = (&USERS, Client { slots: Arc::new(Bulkhead::new("db", Default::default())), name: String::new() });
}
