//! A filter's pattern names a variant: a variable would match every error.
//!
//! fix: #[retry(retry_on(Error::TimedOut { .. }))]

use resilient::{Error, circuit_breaker, fallback, hedge, retry};

#[hedge(delay = 100ms, hedge_on(timeout))]
async fn hedged() -> Result<(), Error> {
    Ok(())
}

#[circuit_breaker(name = "filters", failure_on(timeout))]
async fn first() -> Result<(), Error> {
    Ok(())
}

#[retry(retry_on(Error::CircuitOpen { .. } | (timed_out)))]
async fn second() -> Result<(), Error> {
    Ok(())
}

#[fallback(default, fallback_on(mut error))]
async fn third() -> Result<(), Error> {
    Ok(())
}

fn main() {}
