//! Every setting has a name.
//!
//! fix: #[bulkhead(max_concurrent = 10)]

use resilient::bulkhead;

#[bulkhead(10)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[bulkhead("db", max_concurrent = 10)]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
