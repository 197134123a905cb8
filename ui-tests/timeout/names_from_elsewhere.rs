//! A setting that another library calls differently is known by its name there.
//!
//! mend: #[timeout(duration = 5s)]

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
