//! `retry_after_ok` acts only where a success is tried again.
//!
//! fix: #[retry(retry_if_ok = |asked| asked.is_some(), retry_after_ok = |asked| *asked)]

use std::time::Duration;

use resilient::retry;

#[retry(retry_after_ok = |asked| *asked)]
async fn first() -> Result<Option<Duration>, resilient::Error> {
    Ok(None)
}

fn main() {}
