//! `max_delay` needs pauses that grow.
//!
//! fix: #[retry(backoff = constant, base_delay = 1s)]

use resilient::{Error, retry};

#[retry(backoff = constant, base_delay = 1s, max_delay = 10s)]
async fn first() -> Result<(), Error> {
    Ok(())
}

#[retry(backoff = constant, base_delay = 1s, max_delay = 1100ms, jitter = 0.5)]
async fn limits_jitter() -> Result<(), Error> {
    Ok(())
}

fn main() {}
