//! The settings of `hedge`.

use resilient_rules::bounds::at_least_one;

use super::settings;
use crate::config::value::Given;
use crate::hedge::policy::HedgePolicy;

settings! {
    HedgePolicy, code: ["name", "policy", "budget", "over", "hedge_on", "hedge_if", "on_hedge", "map_err", "bind"];
    "delay": |policy, given| Ok(policy.delay(given.duration()?));
    "max_hedges": |policy, given| {
        let hedges = given.count()?;
        at_least_one("max_hedges", hedges).map_or_else(|| Ok(policy.max_hedges(hedges)), Err)
    };
}
