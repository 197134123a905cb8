//! `max_queue` and `max_wait` agree on whether calls wait.
//!
//! fix: #[bulkhead(max_concurrent = 10, max_wait = 1s, max_queue = 5)]

use resilient::bulkhead;

#[bulkhead(max_concurrent = 10, max_wait = 1s, max_queue = 0)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[bulkhead(max_concurrent = 10, max_wait = 0s, max_queue = 5)]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

#[bulkhead(max_concurrent = 10, max_queue = 5)]
async fn third() -> Result<(), resilient::Error> {
    Ok(())
}

#[bulkhead(max_concurrent = 10, max_queue = PLACES)]
async fn fourth() -> Result<(), resilient::Error> {
    Ok(())
}

#[bulkhead(max_concurrent = 10, max_wait = unlimited, max_queue = 0)]
async fn fifth() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
