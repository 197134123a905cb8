//! A value has the form that its setting takes.
//!
//! fix: #[retry(max_attempts = 3)]

use resilient::retry;

#[retry(max_attempts = "3")]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(max_attempts = 2.5)]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(max_attempts(3))]
async fn third() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(max_attempts)]
async fn fourth() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(max_attempts =)]
async fn fifth() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(max_attempts = -3)]
async fn sixth() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(max_attempts = 5_000_000_000)]
async fn seventh() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(exponential_base = "2")]
async fn eighth() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(retry_if = "is_transient")]
async fn ninth() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(jitter = 25%)]
async fn tenth() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
