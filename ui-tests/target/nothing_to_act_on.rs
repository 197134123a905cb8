//! A `retry` has something to retry, a `fallback` something to answer.
//!
//! fix: #[retry(retry_if_ok = |count| *count < 5)]

use resilient::{circuit_breaker, fallback, retry, timeout};

#[retry]
fn first() -> u32 {
    5
}

#[retry(max_attempts = 5)]
async fn second() -> Option<u32> {
    None
}

#[retry(max_attempts = 5)]
fn third() -> impl Iterator<Item = u32> {
    0..5
}

#[retry]
async fn fourth() {}

#[fallback(default)]
#[retry]
#[circuit_breaker(name = "users")]
fn fifth() -> u32 {
    5
}

#[fallback(default)]
#[retry(retry_refused(circuit_open))]
#[circuit_breaker(name = "users")]
#[timeout(1s)]
async fn sixth() -> u32 {
    5
}

#[fallback(value = 3)]
fn seventh() -> u32 {
    5
}

#[retry]
fn eighth() -> Result<u32, std::convert::Infallible> {
    Ok(5)
}

fn main() {}
