//! `max_attempts` is at least 2.
//!
//! fix: #[retry(max_attempts = 3)]

use resilient::retry;

#[retry(max_attempts = 0)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(max_attempts = 1)]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
