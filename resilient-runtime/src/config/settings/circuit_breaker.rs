//! The settings of `circuit_breaker`.

use super::{settings, text};
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
        match given.count()? {
            0 => Err("`window` must hold at least 1 call".to_owned()),
            calls => policy.try_count_window(calls).map_err(text),
        }
    } else {
        match given.duration()? {
            span if span.is_zero() => Err("`window` must be longer than zero".to_owned()),
            span => policy.try_time_window(span).map_err(text),
        }
    };
    "min_calls": |policy, given| policy.try_min_calls(given.count()?).map_err(text);
    "slow_call": |policy, given| Ok(policy.with_slow_call(given.duration()?));
    "slow_call_rate": |policy, given| Ok(policy.with_slow_call_rate(given.number()?));
    "recovery_timeout": |policy, given| policy.try_recovery_timeout(given.duration()?).map_err(text);
    "recovery_backoff": |policy, given| policy.try_recovery_backoff(given.number()?).map_err(text);
    "max_recovery_timeout": |policy, given| match given.duration()? {
        open if open.is_zero() => Err("`max_recovery_timeout` must be longer than zero".to_owned()),
        open => Ok(policy.max_recovery_timeout(open)),
    };
    "half_open_max_calls": |policy, given| policy.try_half_open_max_calls(given.count()?).map_err(text);
    "probe_timeout": |policy, given| policy.try_probe_timeout(given.duration()?).map_err(text);
    "success_threshold": |policy, given| policy.try_success_threshold(given.count()?).map_err(text);
    "max_keys": |_policy, _given| Err(super::not_per_key());
    "idle": |_policy, _given| Err(super::not_per_key());
}
