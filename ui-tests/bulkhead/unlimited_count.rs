//! A count is a number: what has no limit is left out.
//!
//! mend: #[bulkhead(max_concurrent = 100, max_wait = 1s)]

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
