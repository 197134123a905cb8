//! A window that keeps each call of the span is not larger than memory allows.
//!
//! fix: #[rate_limit(permits = 100_000, per = 1min, burst = 1000)]

use resilient::rate_limit;

#[rate_limit(permits = 100_000, per = 1min)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
