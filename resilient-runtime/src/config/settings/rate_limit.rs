//! The settings of `rate_limit`.

use super::{above_zero, settings, text};
use crate::config::value::Given;
use crate::rate_limit::policy::RateLimitPolicy;

settings! {
    RateLimitPolicy, code: [
        "name", "policy", "cost", "paused_on", "paused_if", "paused_if_ok", "retry_after", "retry_after_ok", "key",
        "map_err",
    ];
    "permits": |policy, given| policy.try_permits_per(given.count()?, policy.per_span()).map_err(text);
    "per": |policy, given| Ok(policy.per(above_zero(given)?));
    "burst": |policy, given| policy.try_burst(given.count()?).map_err(text);
    "max_wait": |policy, given| match given.word() {
        Ok("unlimited") => Ok(policy.max_wait_given(None)),
        _ => Ok(policy.max_wait(given.duration()?)),
    };
    "max_queue": |policy, given| Ok(policy.max_queue(given.count()?));
    "default_retry_after": |policy, given| Ok(policy.default_retry_after(above_zero(given)?));
    "max_retry_after": |policy, given| Ok(policy.max_retry_after(above_zero(given)?));
    "max_keys": |_policy, _given| Err(super::not_per_key());
    "idle": |_policy, _given| Err(super::not_per_key());
}
