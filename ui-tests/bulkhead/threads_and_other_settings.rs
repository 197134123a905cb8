//! `threads` and what belongs to it, or does not go with it.
//!
//! fix: #[bulkhead(name = "images", threads = 4)]

use resilient::{Error, bulkhead};

#[bulkhead(name = "images", threads = 4, max_concurrent = 10)]
async fn first() -> Result<(), Error> {
    Ok(())
}

#[bulkhead(name = "images", max_concurrent = 4, keep_alive = 1min)]
async fn second() -> Result<(), Error> {
    Ok(())
}

#[bulkhead(threads)]
async fn third() -> Result<(), Error> {
    Ok(())
}

#[bulkhead(name = "images", threads, max_queue = 10)]
fn fourth() -> Result<(), Error> {
    Ok(())
}

#[bulkhead(name = "images", threads = 4, key = id)]
fn fifth(id: u64) -> Result<(), Error> {
    let _ = id;
    Ok(())
}

fn main() {}
