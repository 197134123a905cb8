//! `max_recovery_timeout` needs a `recovery_backoff`.
//!
//! fix: #[circuit_breaker(name = "payments", max_recovery_timeout = 5min, recovery_backoff = 2.0)]

use resilient::circuit_breaker;

#[circuit_breaker(name = "payments", max_recovery_timeout = 5min)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[circuit_breaker(name = "users", recovery_backoff = 1.0, max_recovery_timeout = 5min)]
async fn unchanged() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
