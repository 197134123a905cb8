//! Pauses of zero have no backoff, jitter or limit.
//!
//! fix: #[retry(base_delay = 10ms, jitter = equal)]

use resilient::{Error, retry};

#[retry(base_delay = 0s, jitter = equal)]
async fn first() -> Result<(), Error> {
    Ok(())
}

#[retry(base_delay = 0s, exponential_base = 3.0)]
async fn second() -> Result<(), Error> {
    Ok(())
}

#[retry(base_delay = 0s, backoff = linear, max_delay = 5s)]
async fn third() -> Result<(), Error> {
    Ok(())
}

fn main() {}
