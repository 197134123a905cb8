//! Every attribute names its settings.
//!
//! fix: #[retry(max_attempts = 5)]

use resilient::{
    RetryBudget, adaptive_throttle, bulkhead, circuit_breaker, fallback, hedge, rate_limit, retry, retry_budget,
    timeout,
};

#[retry(speed = 5)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[circuit_breaker(name = "first", speed = 5)]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

#[timeout(5s, speed = 5)]
async fn third() -> Result<(), resilient::Error> {
    Ok(())
}

#[bulkhead(speed = 5)]
async fn fourth() -> Result<(), resilient::Error> {
    Ok(())
}

#[fallback(default, speed = 5)]
async fn fifth() -> Result<(), resilient::Error> {
    Ok(())
}

#[rate_limit(permits = 80, speed = 5)]
async fn sixth() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry_budget(speed = 5)]
static SEVENTH: RetryBudget;

#[hedge(delay = 1s, speed = 5)]
async fn eighth() -> Result<(), resilient::Error> {
    Ok(())
}

#[adaptive_throttle(speed = 5)]
async fn ninth() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
