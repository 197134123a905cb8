//! No two attributes of a function name the same throttle.
//!
//! fix: #[adaptive_throttle(name = "api")]

use resilient::adaptive_throttle;

#[adaptive_throttle(name = "api", ratio = 1.5)]
#[adaptive_throttle(name = "api")]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
