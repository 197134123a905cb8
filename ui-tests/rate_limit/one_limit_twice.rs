//! No two attributes of a function name the same rate limit.
//!
//! fix: #[rate_limit(name = "api", permits = 80)]

use resilient::rate_limit;

#[rate_limit(name = "api", permits = 80)]
#[rate_limit(name = "api")]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[rate_limit(LIMIT)]
#[rate_limit(LIMIT, cost = 2)]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
