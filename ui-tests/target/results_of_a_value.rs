//! A filter of results looks at errors, too, so the function needs some.
//!
//! fix: #[retry(retry_if_ok = |value| *value == 0)]

use resilient::{circuit_breaker, fallback, retry};

#[retry(retry_if_result = |result| result.is_err())]
fn first() -> u32 {
    7
}

#[fallback(default, fallback_if_result = |result| result.is_err())]
#[circuit_breaker(name = "payments", failure_if_result = |result| result.is_err())]
fn second() -> u32 {
    7
}

#[retry(retry_if_ok = |value| *value == 0, idempotent = false, unsent_on(std::fmt::Error))]
fn third() -> u32 {
    7
}

fn main() {}
