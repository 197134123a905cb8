//! The queue of a rate limit and its wait agree on whether calls wait.
//!
//! fix: #[rate_limit(permits = 80, max_wait = 1s, max_queue = 5)]

use resilient::rate_limit;

#[rate_limit(permits = 80, max_queue = 5)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[rate_limit(permits = 80, max_wait = 1s, max_queue = 0)]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
