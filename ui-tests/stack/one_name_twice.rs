//! No two attributes of a function name the same breaker or bulkhead.
//!
//! fix:
//!     #[bulkhead(name = "service", max_concurrent = 10)]
//!     #[timeout(1s)]
//!     #[bulkhead(name = "db", max_concurrent = 5)]

use resilient::{bulkhead, circuit_breaker, timeout};

#[bulkhead(name = "db", max_concurrent = 10)]
#[timeout(1s)]
#[bulkhead(name = "db", max_concurrent = 5)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[circuit_breaker(name = "payments")]
#[timeout(1s)]
#[circuit_breaker(name = "payments")]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
