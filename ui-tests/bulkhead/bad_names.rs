//! A name says what the calls go to.
//!
//! mend: #[bulkhead(name = "db", max_concurrent = 10)]

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
