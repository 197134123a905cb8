//! The settings of `hedge`.

use super::settings;
use crate::config::value::Given;
use crate::hedge::policy::{HedgePolicy, NO_HEDGES};

settings! {
    HedgePolicy, code: ["name", "policy", "budget", "over", "hedge_on", "hedge_if", "on_hedge", "map_err", "bind"];
    "delay": |policy, given| Ok(policy.delay(given.duration()?));
    "max_hedges": |policy, given| match given.count()? {
        0 => Err(NO_HEDGES.to_owned()),
        hedges => Ok(policy.max_hedges(hedges)),
    };
}
