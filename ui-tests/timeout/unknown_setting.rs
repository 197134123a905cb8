//! A setting has one of the known names.
//!
//! fix: #[timeout(5s)]

use resilient::timeout;

#[timeout(5s, cooperatve)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[timeout(5s, stpe = 1s)]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
