//! A count is a whole number of an unsigned type.
//!
//! fix: #[retry(max_attempts = u32::try_from(attempts).unwrap_or(1))]

use resilient::{Error, bulkhead, circuit_breaker, retry};

const SIGNED: i32 = 5;
const TEXT: &str = "5";

#[retry(max_attempts = attempts)]
fn first(attempts: i64) -> Result<i64, Error> {
    Ok(attempts)
}

#[bulkhead(max_concurrent = SIGNED)]
async fn second() -> Result<(), Error> {
    Ok(())
}

#[circuit_breaker(name = "users", failure_threshold = TEXT, success_threshold = 2.0 * 1.5)]
async fn third() -> Result<(), Error> {
    Ok(())
}

#[circuit_breaker(name = "rate", failure_rate = 0.5, window = SIGNED)]
async fn fourth() -> Result<(), Error> {
    Ok(())
}

fn main() {}
