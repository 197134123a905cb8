//! A filter needs a function that returns a `Result`.
//!
//! fix: #[retry(retry_if_ok = |count| *count == 0)]

use resilient::{circuit_breaker, fallback, retry};

#[retry(retry_on(std::io::ErrorKind::TimedOut))]
fn first() -> u32 {
    1
}

#[fallback(default, fallback_if = |_| true)]
#[circuit_breaker(name = "users", failure_if = |_| true)]
async fn second() {}

#[retry(retry_after = |_| None)]
fn third() -> Option<u32> {
    Some(1)
}

fn main() {}
