//! A `map_err` is called in some case.
//!
//! fix:
//!     #[fallback(value = 0)]
//!     #[timeout(1s)]
//!     async fn first() -> Result<u32, Fault> {
//!         Ok(1)
//!     }

use resilient::{bulkhead, fallback, timeout};

struct Fault;

#[fallback(value = 0)]
#[timeout(1s, map_err = |_| Fault)]
async fn first() -> Result<u32, Fault> {
    Ok(1)
}

#[fallback(|_| Ok(0))]
#[bulkhead(max_concurrent = 3, map_err = |_| Fault)]
async fn looks() -> Result<u32, Fault> {
    Ok(1)
}

fn main() {}
