//! A refusal that `fallback_refused` does not name needs a way into the error.
//!
//! fix:
//!     #[fallback(default, fallback_refused(circuit_open, timed_out))]
//!     #[circuit_breaker(name = "payments")]
//!     #[timeout(1s)]

use resilient::{circuit_breaker, fallback, timeout};

#[fallback(default, fallback_refused(circuit_open))]
#[circuit_breaker(name = "payments")]
#[timeout(1s)]
async fn first() -> Result<u16, std::fmt::Error> {
    Ok(200)
}

fn main() {}
