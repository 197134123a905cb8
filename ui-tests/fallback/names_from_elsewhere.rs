//! The function of a fallback is written without a name.
//!
//! fix:
//!     #[fallback(other)]
//!     async fn first() -> Result<u32, Error> {
//!         Ok(1)
//!     }

use resilient::{Error, fallback};

#[fallback(fallback_method = other)]
async fn first() -> Result<u32, Error> {
    Ok(1)
}

#[fallback(default_value = 3)]
async fn second() -> Result<u32, Error> {
    Ok(1)
}

#[allow(dead_code)]
fn other() -> Result<u32, Error> {
    Ok(2)
}

fn main() {}
