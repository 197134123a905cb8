//! A count is a number; leave the setting out for no limit.
//!
//! fix: #[bulkhead(max_concurrent = 100, max_wait = 1s)]

use resilient::{Error, bulkhead};

#[bulkhead(max_concurrent = unlimited, max_wait = 1s)]
async fn first() -> Result<(), Error> {
    Ok(())
}

#[bulkhead(max_wait = unlimited, max_queue = unlimited)]
async fn second() -> Result<(), Error> {
    Ok(())
}

fn main() {}
