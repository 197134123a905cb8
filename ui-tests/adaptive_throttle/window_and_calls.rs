//! The window has ten slices of a millisecond at least, and has to hold a call.
//!
//! fix: #[adaptive_throttle(name = "api", window = 30s, min_calls = 10)]

use resilient::adaptive_throttle;

#[adaptive_throttle(name = "api", window = 5ms)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[adaptive_throttle(name = "api", window = 0s, min_calls = 0)]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
