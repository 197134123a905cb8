//! A function has at most one retry.
//!
//! fix:
//!     #[retry(max_attempts = 5)]
//!     #[timeout(1s)]

use resilient::{retry, timeout};

#[retry]
#[timeout(1s)]
#[retry(max_attempts = 5)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
