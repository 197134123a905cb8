//! The pauses of a list leave a timeout above them time for the attempts.
//!
//! fix:
//!     #[timeout(1min)]
//!     #[retry(max_attempts = 4, backoff = [1s, 5s, 10s])]

use resilient::{retry, timeout};

#[timeout(15s)]
#[retry(max_attempts = 4, backoff = [1s, 5s, 10s])]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
