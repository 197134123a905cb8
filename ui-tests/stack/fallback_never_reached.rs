//! A fallback is reached by some error.
//!
//! fix: #[fallback(value = 0)]

use resilient::{Error, circuit_breaker, fallback};

#[fallback(default)]
#[fallback(value = 0)]
async fn first() -> Result<u32, Error> {
    Ok(1)
}

#[fallback(default)]
#[circuit_breaker(name = "users")]
#[fallback(value = 0, fallback_on(Error::TimedOut { .. }))]
async fn answers_refusals() -> Result<u32, Error> {
    Ok(1)
}

fn main() {}
