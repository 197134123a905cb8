//! The settings of `circuit_breaker`.

use resilient_rules::circuit_breaker;

use super::{above_zero, growth, settings, text};
use crate::circuit_breaker::policy::BreakerPolicy;
use crate::config::value::Given;

settings! {
    BreakerPolicy, code: [
        "name", "policy", "on_state_change", "failure_on", "failure_if", "failure_if_ok", "failure_if_result", "key",
        "map_err",
    ];
    "failure_threshold": |policy, given| policy.try_failure_threshold(given.count()?).map_err(text);
    "failure_rate": |policy, given| policy.try_failure_rate(given.number()?).map_err(text);
    "window": |policy, given| if given.is_count() {
        policy.try_count_window(given.count()?).map_err(text)
    } else {
        policy.try_time_window(above_zero(given)?).map_err(text)
    };
    "min_calls": |policy, given| policy.try_min_calls(given.count()?).map_err(text);
    "slow_call": |policy, given| Ok(policy.with_slow_call(given.duration()?));
    "slow_call_rate": |policy, given| Ok(policy.with_slow_call_rate(given.number()?));
    "recovery_timeout": |policy, given| Ok(policy.recovery_timeout(above_zero(given)?));
    "recovery_backoff": |policy, given| Ok(policy.recovery_backoff(growth(given, circuit_breaker::recovery_backoff)?));
    "max_recovery_timeout": |policy, given| Ok(policy.max_recovery_timeout(above_zero(given)?));
    "half_open_max_calls": |policy, given| policy.try_half_open_max_calls(given.count()?).map_err(text);
    "probe_timeout": |policy, given| Ok(policy.probe_timeout(above_zero(given)?));
    "success_threshold": |policy, given| policy.try_success_threshold(given.count()?).map_err(text);
    "max_keys": |_policy, _given| Err(super::not_per_key());
    "idle": |_policy, _given| Err(super::not_per_key());
}
