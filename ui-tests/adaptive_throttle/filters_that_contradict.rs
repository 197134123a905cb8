//! Errors are filtered in one way, and failures are counted where something can be one.
//!
//! fix: #[adaptive_throttle(name = "api", failure_if = |error| error.is_timed_out())]

use resilient::adaptive_throttle;

#[adaptive_throttle(name = "api", failure_on(_), failure_if = |_| true)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[adaptive_throttle(name = "api")]
async fn second() -> u32 {
    3
}

fn main() {}
