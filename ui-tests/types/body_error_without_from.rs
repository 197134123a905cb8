//! A `?` in the body converts as it did without the attribute.
//!
//! fix:
//!     #[retry]
//!     fn first(text: &str) -> Result<u32, ApiError> {
//!         text.parse::<u32>().map_err(|_| ApiError)
//!     }

use resilient::retry;

struct ApiError;

#[retry]
fn first(text: &str) -> Result<u32, ApiError> {
    Ok(text.parse::<u32>()?)
}

#[retry]
async fn second(text: String) -> Result<u32, ApiError> {
    let number = text.parse::<u32>()?;
    Ok(number)
}

fn main() {}
