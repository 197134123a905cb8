//! A bulkhead has at least one thread.
//!
//! fix: #[bulkhead(name = "images", threads = 4)]

use resilient::{Error, bulkhead};

#[bulkhead(name = "images", threads = 0)]
async fn first() -> Result<(), Error> {
    Ok(())
}

#[bulkhead(name = "images", threads = -1)]
fn second() -> Result<(), Error> {
    Ok(())
}

fn main() {}
