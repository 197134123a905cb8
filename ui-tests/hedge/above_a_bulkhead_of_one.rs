//! A hedge is refused where one call is let through at a time.
//!
//! fix: #[hedge(delay = 100ms)]
//!     #[bulkhead(max_concurrent = 10)]

use resilient::{Error, bulkhead, hedge};

#[hedge(delay = 100ms)]
#[bulkhead(max_concurrent = 1)]
async fn first() -> Result<(), Error> {
    Ok(())
}

#[hedge(delay = 100ms)]
#[bulkhead(max_concurrent = adaptive(max = 1))]
async fn second() -> Result<(), Error> {
    Ok(())
}

#[hedge(delay = 100ms)]
#[bulkhead(threads = 1)]
async fn third() -> Result<(), Error> {
    Ok(())
}

fn main() {}
