//! Which outcomes are failures is said at functions.
//!
//! fix: #[adaptive_throttle(name = "api", ratio = 1.5)]

use resilient::{AdaptiveThrottle, adaptive_throttle};

#[adaptive_throttle(ratio = 1.5, failure_on(_))]
static FIRST: AdaptiveThrottle;

#[adaptive_throttle(FIRST, ratio = 1.5)]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

#[adaptive_throttle("api")]
async fn third() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
