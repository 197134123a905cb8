//! A timeout is longer than zero.
//!
//! fix: #[timeout(2s)]

use resilient::{retry, timeout};

#[timeout(0s)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[timeout(duration = "0s")]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry]
#[timeout(1s, step = 0s)]
async fn third() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
