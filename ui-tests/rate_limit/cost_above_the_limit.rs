//! A call takes no more permits than there can be at once.
//!
//! fix: #[rate_limit(permits = 80, cost = 8)]

use resilient::rate_limit;

#[rate_limit(permits = 80, cost = 81)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[rate_limit(permits = 80, burst = 5, cost = 6)]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
