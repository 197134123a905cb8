//! A bulkhead stands below the timeout of a sync function, so that a running body keeps its slot.
//!
//! fix:
//!     #[timeout(1s)]
//!     #[bulkhead(max_concurrent = 3)]

use resilient::{bulkhead, timeout};

#[bulkhead(max_concurrent = 3)]
#[timeout(1s)]
fn first() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
