//! The usual pause is not longer than the longest, and looks at the error alone.
//!
//! fix: #[rate_limit(paused_if = |_| true, default_retry_after = 5s, max_retry_after = 10s)]

use resilient::rate_limit;

#[rate_limit(paused_if = |_| true, default_retry_after = 1min, max_retry_after = 10s)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[rate_limit(paused_if = |_| true, default_retry_after = 10min)]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

#[rate_limit(paused_if = |_| true, max_retry_after = 10s)]
async fn third() -> Result<(), resilient::Error> {
    Ok(())
}

#[rate_limit(paused_if = |_| true, retry_after = |error, attempt| None)]
async fn fourth() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
