//! The pattern of a filter matches the function's error.
//!
//! fix: #[retry(retry_on(ApiError::Status(500..=599)))]

use resilient::{circuit_breaker, fallback, retry};
use std::io::ErrorKind;

enum ApiError {
    Status(u16),
}

#[retry(retry_on(ErrorKind::TimedOut))]
fn first() -> Result<u32, ApiError> {
    Err(ApiError::Status(500))
}

#[retry(retry_on(ApiError::Statsu(_)))]
fn second() -> Result<u32, ApiError> {
    Err(ApiError::Status(500))
}

#[fallback(value = 1, fallback_on(ApiError::Status("500")))]
async fn third() -> Result<u32, ApiError> {
    Err(ApiError::Status(500))
}

#[circuit_breaker(name = "users", failure_on(ErrorKind::TimedOut))]
async fn fourth() -> Result<u32, resilient::Error> {
    Ok(1)
}

#[retry(retry_on(ApiError::Status(code) if code))]
fn fifth() -> Result<u32, ApiError> {
    Err(ApiError::Status(500))
}

fn main() {}
