//! An attempt that has ended is not one that takes too long.
//!
//! fix: #[timeout(1s)]
//!     #[hedge(delay = 100ms)]

use resilient::{Error, bulkhead, hedge, timeout};

#[timeout(1s)]
#[hedge(delay = 1s)]
async fn first() -> Result<(), Error> {
    Ok(())
}

#[hedge(delay = p95(initial = 3s))]
#[timeout(2s)]
async fn second() -> Result<(), Error> {
    Ok(())
}

// The wait for a slot takes time as well.
#[hedge(delay = 3s)]
#[bulkhead(max_wait = 5s)]
#[timeout(2s)]
async fn not_directly_below() -> Result<(), Error> {
    Ok(())
}

fn main() {}
