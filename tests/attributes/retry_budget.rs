//! `#[retry(budget = …)]` and `#[retry_budget]`: retries are a share of the calls.

mod earned;
mod given_back;
mod named;
mod refused;
mod storms;
mod values;

use std::cell::RefCell;
use std::time::Duration;

use resilient::{
    Attempt, EarnedBy, GiveUpReason, RetryBudget, RetryBudgetPolicy, RetryBudgetStats, RetryPolicy, registry, retry,
    retry_budget,
};
use tokio::time::advance;

/// One token at the beginning, and one each second.
const ONE: RetryBudgetPolicy = RetryBudgetPolicy::new().share(0.0).min_per_second(1);

/// One token at the beginning, one each second, and one for each call.
const ONE_EACH: RetryBudgetPolicy = RetryBudgetPolicy::new().share(1.0).min_per_second(1);

/// Calls, retries and refused retries.
fn counts(budget: &RetryBudget) -> (u64, u64, u64) {
    let RetryBudgetStats { calls, retries, refused_retries, .. } = budget.stats();
    (calls, retries, refused_retries)
}
