//! Attempts come to an end.
//!
//! mend: #[retry(max_attempts = unlimited, max_elapsed = 1min)]

use resilient::retry;

#[retry(max_attempts = unlimited)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
