//! `max_share` is above 0 and at most 1.
//!
//! fix: #[adaptive_throttle(name = "api", max_share = 0.9)]

use resilient::adaptive_throttle;

#[adaptive_throttle(name = "api", max_share = 0.0)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[adaptive_throttle(name = "api", max_share = 90)]
fn second() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
