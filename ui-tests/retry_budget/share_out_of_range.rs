//! `share` is from 0 to 10.
//!
//! fix: #[retry(budget(name = "api", share = 0.2))]

use resilient::{RetryBudget, retry, retry_budget};

#[retry(budget(name = "api", share = 20))]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

#[retry_budget(share = 10.5, burst = 0)]
static API: RetryBudget;

const MANY: f64 = 11.0;

#[retry_budget(share = MANY)]
static OTHER: RetryBudget;

fn main() {}
