//! The closure of a setting has the setting's types.
//!
//! fix: #[retry(retry_if = |error| error.is_timed_out())]

use resilient::{Error, circuit_breaker, fallback, retry, timeout};

#[retry(retry_if = |error| error.kind())]
fn first() -> Result<u32, Error> {
    Ok(1)
}

#[retry(retry_if = |error: &str| error.is_empty())]
fn second() -> Result<u32, Error> {
    Ok(1)
}

#[circuit_breaker(name = "users", failure_if = |error| error.is_fatal())]
async fn third() -> Result<u32, Error> {
    Ok(1)
}

#[fallback(value = 1, fallback_if = |error| "yes")]
fn fourth() -> Result<u32, Error> {
    Ok(1)
}

#[retry(retry_if_ok = |number| number == 0)]
async fn fifth() -> Result<u32, Error> {
    Ok(1)
}

#[retry(retry_after = |_| 5)]
async fn sixth() -> Result<u32, Error> {
    Ok(1)
}

#[retry(on_retry = |event| println!("{}", event.retries))]
fn seventh() -> Result<u32, Error> {
    Ok(1)
}

#[timeout(1s, map_err = |refusal| refusal.to_string())]
async fn eighth() -> Result<u32, Error> {
    Ok(1)
}

fn main() {}
