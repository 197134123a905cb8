//! `max_wait` is a time, or `unlimited`.
//!
//! fix: #[bulkhead(max_concurrent = 3, max_wait = unlimited)]

use resilient::{Error, bulkhead};

#[bulkhead(max_concurrent = 3, max_wait = forever)]
async fn first() -> Result<(), Error> {
    Ok(())
}

#[bulkhead(max_concurrent = 3, max_wait = 5)]
async fn second() -> Result<(), Error> {
    Ok(())
}

fn main() {}
