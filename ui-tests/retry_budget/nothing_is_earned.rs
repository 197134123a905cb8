//! A budget earns by calls or by time.
//!
//! fix: #[retry(budget(name = "api", share = 0, min_per_second = 10))]

use resilient::{RetryBudget, RetryBudgetPolicy, retry, retry_budget};

#[retry(budget(name = "api", share = 0, min_per_second = 0))]
async fn first() -> Result<(), resilient::Error> {
    Ok(())
}

const NONE: RetryBudgetPolicy = RetryBudgetPolicy::new().share(0.0);

#[retry_budget(policy = NONE, min_per_second = 0)]
static API: RetryBudget;

fn main() {}
