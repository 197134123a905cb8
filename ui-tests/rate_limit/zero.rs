//! Permits, spans and bursts are above zero.
//!
//! fix: #[rate_limit(permits = 80, per = 1min)]

use resilient::rate_limit;

#[rate_limit(permits = 0)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[rate_limit(permits = 80, per = 0s)]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

#[rate_limit(permits = 80, burst = 0)]
async fn third() -> Result<(), resilient::Error> {
    Ok(())
}

#[rate_limit(permits = 80, cost = 0)]
async fn fourth() -> Result<(), resilient::Error> {
    Ok(())
}

#[rate_limit(permits = 80, paused_if = |_| true, default_retry_after = 0s)]
async fn fifth() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
