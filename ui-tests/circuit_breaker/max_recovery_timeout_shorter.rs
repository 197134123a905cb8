//! `max_recovery_timeout` is not shorter than `recovery_timeout`.
//!
//! fix: #[circuit_breaker(name = "a", recovery_backoff = 2.0, recovery_timeout = 1min, max_recovery_timeout = 10min)]

use resilient::circuit_breaker;

#[circuit_breaker(name = "a", recovery_backoff = 2.0, recovery_timeout = 1min, max_recovery_timeout = 30s)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[circuit_breaker(name = "b", recovery_backoff = 2.0, max_recovery_timeout = 10s)]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

#[circuit_breaker(name = "c", recovery_backoff = 2.0, recovery_timeout = 1h)]
async fn third() -> Result<(), resilient::Error> {
    Ok(())
}

#[circuit_breaker(name = "users", recovery_timeout = 1min, recovery_backoff = 2.0, max_recovery_timeout = 1min)]
async fn no_longer() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
