//! `jitter` is a word or a number.
//!
//! fix: #[retry(jitter = full)]

use resilient::{Error, retry};

#[retry(jitter = true)]
async fn first() -> Result<(), Error> {
    Ok(())
}

#[retry(jitter = false)]
async fn second() -> Result<(), Error> {
    Ok(())
}

#[retry(jitter = "equal")]
async fn third() -> Result<(), Error> {
    Ok(())
}

#[retry(jitter = 100ms)]
async fn fourth() -> Result<(), Error> {
    Ok(())
}

fn main() {}
