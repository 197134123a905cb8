//! A timeout has one duration.
//!
//! fix: #[timeout(5s)]

use resilient::timeout;

#[timeout(5s, duration = 6s)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[timeout(5s, 6s)]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
