//! A count that does not fit its type is an error.
//!
//! fix: #[bulkhead(max_concurrent = 1_000_000)]

use resilient::{Error, bulkhead, retry};

const LIMIT: u64 = 5_000_000_000;

#[bulkhead(max_concurrent = LIMIT)]
async fn first() -> Result<(), Error> {
    Ok(())
}

#[retry(max_attempts = LIMIT)]
async fn second() -> Result<(), Error> {
    Ok(())
}

fn main() {}
