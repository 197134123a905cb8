//! A timeout has a duration.
//!
//! fix: #[timeout(2s)]

use resilient::{retry, timeout};

#[timeout]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry]
#[timeout(step = 1s)]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
