//! Of the throttles of a function one at most has no name.
//!
//! fix: #[adaptive_throttle(name = "search")]

use resilient::{Error, adaptive_throttle};

#[adaptive_throttle]
#[adaptive_throttle(ratio = 1.5)]
async fn first() -> Result<(), Error> {
    Ok(())
}

fn main() {}
