//! The settings of `timeout`.

use resilient_rules::bounds::longer_than_zero;
use resilient_rules::duration::shown;
use resilient_rules::timeout::zero;

use super::settings;
use crate::config::value::Given;
use crate::timeout::policy::TimeoutPolicy;

settings! {
    TimeoutPolicy, code: ["cooperative", "map_err", "policy"];
    "duration": |policy, given| {
        let limit = given.duration()?;
        zero(limit).map_or_else(|| Ok(policy.duration(limit)), |fact| Err(format!("{fact}: give a longer one")))
    };
    "step": |policy, given| {
        // The code counts attempts only then.
        if policy.given_step().is_zero() {
            return Err("`step` changes that of the attribute, which has none".to_owned());
        }
        let step = given.duration()?;
        let wrong = |fact| Err(format!("{fact}: leave it out for that of the code"));
        longer_than_zero("step", step).map_or_else(|| Ok(policy.step(step)), wrong)
    };
}

pub(super) fn listed(policy: &TimeoutPolicy) -> Vec<(&'static str, String)> {
    let step = policy.given_step();
    let step = (!step.is_zero()).then(|| ("step", shown(step)));
    [("duration", shown(policy.limit(1)))].into_iter().chain(step).collect()
}
