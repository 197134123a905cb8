//! The settings of `#[circuit_breaker]`.

use super::{Settings, Text, Told};
use crate::defaults::breaker::{
    FAILURE_THRESHOLD, HALF_OPEN_MAX_CALLS, MAX_RECOVERY_TIMEOUT, MIN_CALLS_IN_TIME, PROBE_TIMEOUT, RECOVERY_TIMEOUT,
    SUCCESS_THRESHOLD, WINDOW,
};
use crate::defaults::effective;
use crate::model::{CircuitBreaker, Window};

pub(super) fn settings(breaker: &CircuitBreaker) -> Vec<Told> {
    let mut settings = Settings::new(breaker.policy.as_ref(), breaker.policy.is_none() && breaker.gives_settings());
    let streak = breaker.failure_rate.is_none().then_some(FAILURE_THRESHOLD);
    settings.value("failure_threshold", breaker.failure_threshold.as_ref(), streak);
    settings.value("failure_rate", breaker.failure_rate.as_ref(), None);
    window(breaker, &mut settings);
    settings.value("slow_call", breaker.slow_call.as_ref(), None);
    settings.value("slow_call_rate", breaker.slow_call_rate.as_ref(), None);
    settings.value("recovery_timeout", breaker.recovery_timeout.as_ref(), Some(RECOVERY_TIMEOUT));
    settings.value("recovery_backoff", breaker.recovery_backoff.as_ref(), None);
    let longest = breaker.recovery_backoff.as_ref().map(|_| MAX_RECOVERY_TIMEOUT);
    settings.value("max_recovery_timeout", breaker.max_recovery_timeout.as_ref(), longest);
    settings.value("half_open_max_calls", breaker.half_open_max_calls.as_ref(), Some(HALF_OPEN_MAX_CALLS));
    let open = effective(breaker.recovery_timeout.as_ref(), Some(RECOVERY_TIMEOUT));
    settings.value("probe_timeout", breaker.probe_timeout.as_ref(), open.map(|open| open.max(PROBE_TIMEOUT)));
    settings.value("success_threshold", breaker.success_threshold.as_ref(), Some(SUCCESS_THRESHOLD));
    settings.filter(["failure_on", "failure_if"], breaker.filter.as_ref());
    settings.code("map_err", breaker.map_err.as_ref());
    settings.told
}

/// Only a rate looks at a window.
fn window(breaker: &CircuitBreaker, settings: &mut Settings) {
    let rate = breaker.failure_rate.is_some() || breaker.slow_call_rate.is_some();
    let known = match breaker.window.as_ref().map(|window| &window.value) {
        Some(Window::Calls(calls)) => {
            settings.put("window", calls.text(), true);
            Some(*calls)
        }
        Some(Window::Time(span)) => {
            settings.put("window", span.text(), true);
            Some(MIN_CALLS_IN_TIME)
        }
        Some(Window::Expr(expr)) => {
            settings.put_code("window", expr);
            None
        }
        None => {
            settings.unwritten("window", rate.then(|| WINDOW.text()));
            Some(WINDOW)
        }
    };
    settings.value("min_calls", breaker.min_calls.as_ref(), known.filter(|_| rate));
}
