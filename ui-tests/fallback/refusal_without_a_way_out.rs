//! A refusal that `fallback_refused` does not name needs a way to the caller.
//!
//! fix:
//!     #[fallback(default)]
//!     #[circuit_breaker(name = "payments")]
//!     #[timeout(1s)]

use resilient::{circuit_breaker, fallback, timeout};

#[fallback(default, fallback_refused(circuit_open))]
#[circuit_breaker(name = "payments")]
#[timeout(1s)]
async fn first() -> u16 {
    200
}

fn main() {}
