//! `budget` takes a name, a handle, a value, or the settings of a budget.
//!
//! fix: #[retry(budget = "api")]

use resilient::{Bulkhead, bulkhead, retry};

#[bulkhead]
static SLOTS: Bulkhead;

#[retry(budget = 0.2)]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(budget = SLOTS)]
async fn second() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(budget)]
async fn third() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(budget = "")]
async fn fourth() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(budget(name = "api", ratio = 0.2, speed = 5))]
async fn fifth() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry(budget(name = "api", earned_by = hedges))]
async fn sixth() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
