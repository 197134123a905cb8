//! A setting of another library is recognised by its name there.
//!
//! fix: #[bulkhead(max_concurrent = 10)]

use resilient::{Error, bulkhead};

#[bulkhead(max_workers = 10)]
async fn first() -> Result<(), Error> {
    Ok(())
}

#[bulkhead(max_calls = 10, queue_size = 5, max_wait_ms = 100)]
async fn second() -> Result<(), Error> {
    Ok(())
}

fn main() {}
