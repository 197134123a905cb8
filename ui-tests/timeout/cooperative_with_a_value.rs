//! `cooperative` has no value.
//!
//! fix: #[timeout(5s, cooperative)]

use resilient::timeout;

#[timeout(5s, cooperative = true)]
fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[timeout(5s, cooperative(true))]
fn second() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
