//! The body leaves the caller's thread, so it owns its arguments.
//!
//! fix:
//!     #[bulkhead(name = "images", threads = 4)]
//!     async fn first(path: String) -> Result<usize, Error> {
//!         Ok(path.len())
//!     }

use resilient::{Error, bulkhead, timeout};

#[bulkhead(name = "images", threads = 4)]
async fn first(path: &str) -> Result<usize, Error> {
    Ok(path.len())
}

struct Store;

impl Store {
    #[timeout(2s)]
    #[bulkhead(name = "images", threads = 4)]
    fn second(&self) -> Result<(), Error> {
        Ok(())
    }
}

fn main() {}
