//! Filters of outcomes are functions over `&T` or `&Result<T, E>` that return a `bool`; `idempotent` is a `bool`.
//!
//! fix:
//!     #[fallback(|result: Result<u16, resilient::Error>| result, fallback_if_ok = is_busy)]
//!     #[retry(idempotent = status == 200, retry_if_result = |result| matches!(result, Ok(503)), retry_after_ok = asked, on_give_up = |_| {})]
//!     #[circuit_breaker(name = "payments", failure_if_ok = is_busy)]

use std::time::Duration;

use resilient::{circuit_breaker, fallback, retry};

fn is_busy(status: &u16) -> bool {
    *status == 503
}

fn asked(_: &u16) -> Option<Duration> {
    None
}

#[fallback(|error: resilient::Error| Err(error), fallback_if_ok = is_busy)]
async fn first(status: u16) -> Result<u16, resilient::Error> {
    Ok(status)
}

#[retry(idempotent = status, retry_if_result = is_busy, retry_after_ok = is_busy, on_give_up = asked)]
async fn second(status: u16) -> Result<u16, resilient::Error> {
    Ok(status)
}

#[circuit_breaker(name = "payments", failure_if_ok = asked)]
async fn third(status: u16) -> Result<u16, resilient::Error> {
    Ok(status)
}

#[circuit_breaker(name = "payments", failure_if_result = is_busy)]
fn fourth(status: u16) -> Result<u16, resilient::Error> {
    Ok(status)
}

fn main() {
    let _ = (first(0), second(0), third(0), fourth(0), asked(&0));
}
