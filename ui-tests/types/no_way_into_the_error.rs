//! The function's error implements `From<resilient::Error>`, or `map_err` converts.
//!
//! fix: #[timeout(1s, map_err = |_| ApiError::Status(504))]

use resilient::{bulkhead, circuit_breaker, retry, timeout};

enum ApiError {
    Status(u16),
}

#[timeout(1s)]
async fn first() -> Result<u32, ApiError> {
    Err(ApiError::Status(500))
}

#[retry]
#[circuit_breaker(name = "users")]
#[bulkhead(max_concurrent = 10)]
fn second() -> Result<u32, ApiError> {
    Err(ApiError::Status(500))
}

#[timeout(1s)]
async fn third<E>(error: E) -> Result<u32, E> {
    Err(error)
}

#[retry(exhausted = wrap)]
fn fourth() -> Result<u32, &'static str> {
    Err("no")
}

fn main() {}
