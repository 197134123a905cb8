//! The settings of `timeout`.

use resilient_rules::duration::shown;

use super::{settings, text};
use crate::config::value::Given;
use crate::timeout::policy::TimeoutPolicy;

settings! {
    TimeoutPolicy, code: ["cooperative", "map_err", "policy"];
    "duration": |policy, given| policy.try_duration(given.duration()?).map_err(text);
    "step": |policy, given| {
        // The code counts attempts only then.
        if policy.given_step().is_zero() {
            return Err("`step` changes that of the attribute, which has none".to_owned());
        }
        match given.duration()? {
            step if step.is_zero() => Err("`step` must be longer than zero: leave it out for that of the code".to_owned()),
            step => Ok(policy.step(step)),
        }
    };
}

pub(super) fn listed(policy: &TimeoutPolicy) -> Vec<(&'static str, String)> {
    let step = policy.given_step();
    let step = (!step.is_zero()).then(|| ("step", shown(step)));
    [("duration", shown(policy.limit(1)))].into_iter().chain(step).collect()
}
