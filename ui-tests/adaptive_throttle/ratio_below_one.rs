//! `ratio` is at least 1.
//!
//! fix: #[adaptive_throttle(name = "api", ratio = 1.5)]

use resilient::{AdaptiveThrottle, adaptive_throttle};

#[adaptive_throttle(name = "api", ratio = 0.5)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[adaptive_throttle(ratio = 0)]
static SECOND: AdaptiveThrottle;

fn main() {}
