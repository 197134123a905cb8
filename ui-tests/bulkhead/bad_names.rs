//! A name is not empty, and has no white space around it and no control characters.
//!
//! fix: #[bulkhead(name = "db", max_concurrent = 10)]

use resilient::bulkhead;

#[bulkhead(name = "", max_concurrent = 10)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[bulkhead(name = "db ", max_concurrent = 10)]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
