//! A duration is a number with a unit, or such numbers in a string.
//!
//! fix: #[timeout(5s)]

use resilient::timeout;

#[timeout(-5s)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[timeout("-5s")]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

#[timeout(true)]
async fn third() -> Result<(), resilient::Error> {
    Ok(())
}

#[timeout("soon")]
async fn fourth() -> Result<(), resilient::Error> {
    Ok(())
}

#[timeout("")]
async fn fifth() -> Result<(), resilient::Error> {
    Ok(())
}

#[timeout(18446744073709551616s)]
async fn sixth() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
