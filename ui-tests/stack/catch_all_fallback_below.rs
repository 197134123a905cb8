//! A fallback that answers every error stands above the attributes that look at failures.
//!
//! fix:
//!     #[fallback(default)]
//!     #[retry]

use resilient::{circuit_breaker, fallback, retry, timeout};

#[retry]
#[fallback(default)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[circuit_breaker(name = "payments")]
#[timeout(1s)]
#[fallback(default, fallback_on(_))]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
