//! A setting in another notation is one error, which says how to write it.
//!
//! fix: #[retry(max_attempts = 3, base_delay = 5s)]

use resilient::{Error, circuit_breaker, retry, timeout};

#[retry(max_attempts: 3, base_delay = 5s)]
async fn first() -> Result<(), Error> {
    Ok(())
}

#[retry(max_attempts = 3; base_delay = 5s)]
async fn second() -> Result<(), Error> {
    Ok(())
}

#[retry(base_delay = 5 s, bind = attempt)]
async fn third() -> Result<u32, Error> {
    Ok(attempt.number())
}

#[timeout(5 m)]
async fn fourth() -> Result<(), Error> {
    Ok(())
}

#[circuit_breaker(name = "users", failure_rate = 50%)]
async fn fifth() -> Result<(), Error> {
    Ok(())
}

#[circuit_breaker(name = "users", failure_rate = "50%")]
async fn sixth() -> Result<(), Error> {
    Ok(())
}

fn main() {}
