//! The settings of `adaptive_throttle`.

use resilient_rules::adaptive_throttle;

use super::{growth, settings, text};
use crate::adaptive_throttle::policy::AdaptiveThrottlePolicy;
use crate::config::value::Given;

settings! {
    AdaptiveThrottlePolicy, code: [
        "name", "policy", "failure_on", "failure_if", "failure_if_ok", "failure_if_result", "map_err",
    ];
    "ratio": |policy, given| Ok(policy.ratio(growth(given, adaptive_throttle::ratio)?));
    "window": |policy, given| policy.try_window(given.duration()?).map_err(text);
    "min_calls": |policy, given| policy.try_min_calls(given.count()?).map_err(text);
    "max_share": |policy, given| policy.try_max_share(given.number()?).map_err(text);
}
