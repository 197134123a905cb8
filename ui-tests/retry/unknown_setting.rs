//! A setting has one of the known names.
//!
//! fix: #[retry(max_attempts = 5)]

use resilient::retry;

#[retry(max_attemps = 5)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(speed = 5)]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(attempts = 5, delay = 5s)]
async fn third() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
