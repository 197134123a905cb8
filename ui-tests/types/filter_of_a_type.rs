//! A name alone that is no constant is an error, because it would match every error.
//!
//! fix:
//!     #[retry(retry_on(FetchError::Gone | FetchError::Moved(_)))]
//!     async fn first() -> Result<(), FetchError> {
//!         Ok(())
//!     }

use resilient::{circuit_breaker, retry};

#[allow(dead_code)]
enum FetchError {
    Gone,
    Moved(String),
}

#[retry(retry_on(FetchError))]
async fn first() -> Result<(), FetchError> {
    Ok(())
}

#[circuit_breaker(name = "gone", map_err = |_| FetchError::Gone, failure_on(FetchError::Moved(Missing)))]
async fn second() -> Result<(), FetchError> {
    Ok(())
}

fn main() {}
