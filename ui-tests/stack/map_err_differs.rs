//! Attributes of one kind on a function have the same `map_err`.
//!
//! fix:
//!     #[timeout(10s, map_err = first_kind)]
//!     #[retry]
//!     #[timeout(1s, map_err = first_kind)]

use resilient::{Error, retry, timeout};

fn first_kind(error: Error) -> Error {
    error
}

fn second_kind(error: Error) -> Error {
    error
}

#[timeout(10s, map_err = first_kind)]
#[retry]
#[timeout(1s, map_err = second_kind)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[timeout(10s, map_err = first_kind)]
#[retry]
#[timeout(1s)]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
