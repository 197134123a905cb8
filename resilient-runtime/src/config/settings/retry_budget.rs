//! The settings of `retry_budget`.

use super::{one_of, settings, text};
use crate::config::value::Given;
use crate::retry_budget::policy::{EarnedBy, RetryBudgetPolicy};

settings! {
    RetryBudgetPolicy, code: ["name", "policy"];
    "share": |policy, given| policy.try_share(given.number()?).map_err(text);
    "min_per_second": |policy, given| Ok(policy.min_per_second(given.count()?));
    "burst": |policy, given| policy.try_burst(given.count()?).map_err(text);
    "earned_by": |policy, given| {
        let words = [("calls", EarnedBy::Calls), ("successes", EarnedBy::Successes)];
        Ok(policy.earned_by(one_of(given, &words)?))
    };
}
