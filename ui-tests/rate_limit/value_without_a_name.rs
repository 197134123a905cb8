//! A count alone is not a setting of a rate limit.
//!
//! fix: #[rate_limit(permits = 80)]

use resilient::rate_limit;

#[rate_limit(80)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
