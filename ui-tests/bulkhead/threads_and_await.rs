//! On a thread of a bulkhead the body is sync code.
//!
//! fix:
//!     #[bulkhead(name = "images", threads = 4)]
//!     fn first(fetched: u32) -> Result<u32, Error> {
//!         Ok(fetched)
//!     }
//!     async fn calls_first() -> Result<u32, Error> {
//!         first(fetch().await)
//!     }

use resilient::{Error, bulkhead};

async fn fetch() -> u32 {
    7
}

#[bulkhead(name = "images", threads = 4)]
async fn first() -> Result<u32, Error> {
    if fetch().await > 3 { Ok(fetch().await) } else { Ok(0) }
}

fn main() {}
