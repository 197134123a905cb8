//! Every setting has a name.
//!
//! fix: #[retry(max_attempts = 5)]

use resilient::retry;

#[retry(5)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(5s)]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(POLICY)]
async fn third() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(POLICY, max_attempts = 5 jitter = none)]
async fn fourth() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
