//! A limit that is always `None` is left out.
//!
//! fix: #[retry(max_elapsed = 10s)]

use resilient::{Error, retry};

#[retry(max_elapsed = None)]
async fn first() -> Result<(), Error> {
    Ok(())
}

#[retry(max_elapsed = unlimited)]
async fn second() -> Result<(), Error> {
    Ok(())
}

fn main() {}
