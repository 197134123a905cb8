//! `max_attempts = unlimited` needs pauses.
//!
//! fix: #[retry(max_attempts = unlimited, max_elapsed = 1min, base_delay = 100ms)]

use resilient::retry;

#[retry(max_attempts = unlimited, max_elapsed = 1min, base_delay = 0s)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
