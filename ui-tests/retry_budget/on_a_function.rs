//! `#[retry_budget]` stands on a static.
//!
//! fix: #[retry(budget(share = 0.5))]

use resilient::{retry, retry_budget};

#[retry_budget(share = 0.5)]
#[retry]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry]
#[retry_budget(share = 0.5)]
fn second() -> Result<(), resilient::Error> {
    Ok(())
}

fn main() {}
