//! A bulkhead with threads is the lowest attribute.
//!
//! fix:
//!     #[retry]
//!     #[bulkhead(name = "images", threads = 4)]

use resilient::{Error, bulkhead, retry, timeout};

#[bulkhead(name = "images", threads = 4)]
#[retry]
async fn first() -> Result<(), Error> {
    Ok(())
}

#[bulkhead(name = "images", threads = 4)]
#[timeout(2s)]
fn second() -> Result<(), Error> {
    Ok(())
}

fn main() {}
