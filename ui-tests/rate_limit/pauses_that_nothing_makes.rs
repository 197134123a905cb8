//! Settings of pauses need something that pauses.
//!
//! fix: #[rate_limit(permits = 80, paused_if = resilient::Error::is_timed_out, retry_after = resilient::Error::retry_after)]

use resilient::rate_limit;

#[rate_limit(permits = 80, retry_after = resilient::Error::retry_after)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[rate_limit(permits = 80, retry_after_ok = |_| None)]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

#[rate_limit(permits = 80, default_retry_after = 10s)]
async fn third() -> Result<(), resilient::Error> {
    Ok(())
}

#[rate_limit(paused_if = |_| true, paused_on(_))]
async fn fourth() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
