//! The bounds of a limit that adapts itself do not contradict each other.
//!
//! fix: #[bulkhead(max_concurrent = adaptive(min = 5, max = 200, initial = 20))]

use resilient::bulkhead;

#[bulkhead(max_concurrent = adaptive(min = 200, max = 5))]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[bulkhead(max_concurrent = adaptive(max = 10, initial = 20))]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

#[bulkhead(max_concurrent = adaptive(min = 0, max = 0))]
async fn third() -> Result<(), resilient::Error> {
    Ok(())
}

#[bulkhead(max_concurrent = adaptive)]
async fn fourth() -> Result<(), resilient::Error> {
    Ok(())
}

#[bulkhead(max_concurrent = adaptive(maximum = 10))]
async fn fifth() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
