//! A limit that is always `None` is left out.
//!
//! fix: #[timeout(2s)]

use resilient::{Error, timeout};

#[timeout(None)]
async fn first() -> Result<(), Error> {
    Ok(())
}

#[timeout(duration = unlimited)]
async fn second() -> Result<(), Error> {
    Ok(())
}

fn main() {}
