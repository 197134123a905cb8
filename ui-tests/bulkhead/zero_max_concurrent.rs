//! `max_concurrent` is at least one.
//!
//! fix: #[bulkhead(max_concurrent = 10)]

use resilient::bulkhead;

#[bulkhead(max_concurrent = 0)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
