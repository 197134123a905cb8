//! All mistakes of a function are reported at once.
//!
//! fix:
//!     #[fallback(default)]
//!     #[retry(max_attempts = 5, jitter = 0.5, base_delay = 5s)]
//!     #[circuit_breaker(name = "users", failure_rate = 0.5)]
//!     #[timeout(1s, step = 1s)]
//!     #[bulkhead(max_concurrent = 10)]

use resilient::{bulkhead, circuit_breaker, fallback, retry, timeout};

#[fallback]
#[retry(max_attemps = 5, jitter = 1.5, base_delay = 5)]
#[circuit_breaker(name = "", failure_rate = 0.0)]
#[timeout(0s, step = 1s)]
#[bulkhead(max_concurrent = 0)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
