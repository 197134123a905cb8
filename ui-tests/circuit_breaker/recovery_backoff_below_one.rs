//! `recovery_backoff` is at least 1.
//!
//! fix: #[circuit_breaker(name = "payments", recovery_backoff = 2.0)]

use resilient::circuit_breaker;

#[circuit_breaker(name = "payments", recovery_backoff = 0.9)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
