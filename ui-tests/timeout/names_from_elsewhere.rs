//! A setting of another library is recognised by its name there.
//!
//! fix: #[timeout(duration = 5s)]

use resilient::{Error, timeout};

#[timeout(seconds = 5)]
async fn first() -> Result<(), Error> {
    Ok(())
}

#[timeout(timeout_ms = 250)]
async fn second() -> Result<(), Error> {
    Ok(())
}

fn main() {}
