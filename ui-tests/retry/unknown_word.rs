//! A word is one of those that the setting knows.
//!
//! fix: #[retry(backoff = exponential)]

use resilient::retry;

#[retry(backoff = exponental)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(backoff = STEPS)]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(backoff = 3)]
async fn third() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(jitter = ful)]
async fn fourth() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(exhausted = error)]
async fn fifth() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(deadline = none)]
async fn sixth() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
