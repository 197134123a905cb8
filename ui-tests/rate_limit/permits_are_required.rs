//! A rate limit says how many calls may begin, or what stops them.
//!
//! fix: #[rate_limit(permits = 80, per = 1min)]

use resilient::rate_limit;

#[rate_limit]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[rate_limit(name = "api", max_wait = 1s)]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

#[rate_limit(per = 1min)]
async fn third() -> Result<(), resilient::Error> {
    Ok(())
}

#[rate_limit(burst = 20)]
async fn fourth() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
