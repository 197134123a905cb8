//! `step` needs a retry above.
//!
//! fix:
//!     #[retry]
//!     #[timeout(2s, step = 1s)]

use resilient::{retry, timeout};

#[timeout(2s, step = 1s)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[timeout(2s, step = 1s)]
#[retry]
async fn second(retry: u32) -> Result<u32, resilient::Error> {
    Ok(retry)
}

fn main() {}
