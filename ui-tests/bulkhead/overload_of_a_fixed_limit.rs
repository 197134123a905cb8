//! Signs of overload are for a limit that adapts itself.
//!
//! fix: #[bulkhead(max_concurrent = adaptive(max = 200), overload_after = 1s)]

use resilient::bulkhead;

#[bulkhead(max_concurrent = 10, overload_after = 1s)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[bulkhead(overload_on(_))]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
