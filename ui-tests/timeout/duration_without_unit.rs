//! A duration has a unit.
//!
//! fix: #[timeout(5s)]

use resilient::timeout;

#[timeout(5)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[timeout(1.5)]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

#[timeout("5")]
async fn third() -> Result<(), resilient::Error> {
    Ok(())
}

#[timeout(duration = 5)]
async fn fourth() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
