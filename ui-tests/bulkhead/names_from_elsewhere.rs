//! A setting that another library calls differently is known by its name there.
//!
//! mend: #[bulkhead(max_concurrent = 10)]

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
