//! `max_attempts = unlimited` needs a `max_elapsed`.
//!
//! fix: #[retry(max_attempts = unlimited, max_elapsed = 1min)]

use resilient::retry;

#[retry(max_attempts = unlimited)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
