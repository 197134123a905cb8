//! The settings of `retry_budget`.

use resilient_rules::retry_budget::{self, EARNED_BY};

use super::{one_of, settings, text};
use crate::config::value::Given;
use crate::retry_budget::policy::{EarnedBy, RetryBudgetPolicy};

settings! {
    RetryBudgetPolicy, code: ["name", "policy"];
    "share": |policy, given| policy.try_share(given.number()?).map_err(text);
    "min_per_second": |policy, given| Ok(policy.min_per_second(given.count()?));
    "burst": |policy, given| policy.try_burst(given.count()?).map_err(text);
    "earned_by": |policy, given| {
        Ok(policy.earned_by(match one_of(given, &EARNED_BY)? {
            retry_budget::EarnedBy::Calls => EarnedBy::Calls,
            retry_budget::EarnedBy::Successes => EarnedBy::Successes,
        }))
    };
}
