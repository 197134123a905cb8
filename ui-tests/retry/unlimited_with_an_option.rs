//! `max_attempts = unlimited` needs a `max_elapsed` that is never `None`.
//!
//! fix: #[retry(max_attempts = 5, max_elapsed = LIMIT)]

use resilient::{Error, retry};
use std::time::Duration;

const LIMIT: Option<Duration> = None;

#[retry(max_attempts = unlimited, max_elapsed = LIMIT)]
async fn constant() -> Result<(), Error> {
    Ok(())
}

#[retry(max_attempts = unlimited, max_elapsed = limit)]
fn computed(limit: Option<Duration>) -> Result<(), Error> {
    Ok(())
}

fn main() {}
