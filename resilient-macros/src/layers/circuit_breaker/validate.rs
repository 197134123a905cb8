//! Rules about `#[circuit_breaker]`.

use std::time::Duration;

use resilient_rules::duration::shown;

use super::model::{CircuitBreaker, MAX_RECOVERY_TIMEOUT, RECOVERY_TIMEOUT, SHORTEST_TIME_WINDOW, WINDOW};
use super::values::Window;
use crate::diagnostics::Errors;
use crate::model::{Setting, effective};
use crate::settings::Table;
use crate::validate::rules::Rules;
use crate::validate::setting::{Literal, key, literal, need};

impl Rules for CircuitBreaker {
    fn check(&self, complete: bool, errors: &mut Errors) {
        let defaults = complete && self.policy.is_none();
        self.check_each(errors);
        window(self, defaults, errors);
        recovery(self, defaults, errors);
        need(
            &[(
                key(self.failure_threshold.as_ref()),
                self.failure_rate.is_none(),
                "`failure_threshold` counts failures in a row, `failure_rate` their share in a window: keep one",
            )],
            errors,
        );
        if complete {
            slow_calls(self, errors);
        }
        if defaults {
            companions(self, errors);
        }
    }
}

fn window(breaker: &CircuitBreaker, defaults: bool, errors: &mut Errors) {
    match &breaker.window {
        None if defaults && breaker.has_rate() => min_calls(breaker, WINDOW, ", the default", errors),
        Some(Setting { value: Window::Calls(0), value_span, .. }) => {
            errors.at(*value_span, "`window` must hold at least 1 call: write `window = 100`");
        }
        Some(Setting { value: Window::Time(Duration::ZERO), value_span, .. }) => {
            errors.at(*value_span, "`window` must be longer than zero: write `window = 10s`");
        }
        Some(Setting { value: Window::Time(span), value_span, .. }) if *span < SHORTEST_TIME_WINDOW => {
            errors.at(*value_span, "a time `window` must be at least 10ms: write `window = 10ms`, or a longer one");
        }
        Some(Setting { value: Window::Calls(calls), .. }) => min_calls(breaker, *calls, "", errors),
        Some(Setting { value: Window::Time(_) | Window::Expr(_), .. }) | None => {}
    }
}

fn min_calls(breaker: &CircuitBreaker, window: u32, default: &str, errors: &mut Errors) {
    let Some(Literal { value: min, span, .. }) = literal(breaker.min_calls.as_ref()) else { return };
    if min > window {
        let message = format!(
            "`min_calls` ({min}) is more than `window` ({window}{default}) ever holds, so this never opens: \
             write at most `min_calls = {window}`, or a larger `window`"
        );
        errors.at(span, message);
    }
}

/// Open times reach the limit only when they grow, so the default is checked only then.
fn recovery(breaker: &CircuitBreaker, defaults: bool, errors: &mut Errors) {
    if !grows(breaker) && (defaults || breaker.recovery_backoff.is_some()) {
        return;
    }
    let first = effective(breaker.recovery_timeout.as_ref(), defaults.then_some(RECOVERY_TIMEOUT));
    let max = effective(breaker.max_recovery_timeout.as_ref(), defaults.then_some(MAX_RECOVERY_TIMEOUT));
    let (Some(first), Some(max)) = (first, max) else { return };
    if max.is_zero() || max > first {
        return;
    }
    let than = if max == first { "no longer" } else { "shorter" };
    let default = |written: bool| if written { "" } else { ", the default" };
    let numbers = format!(
        "`max_recovery_timeout` ({}{}) is {than} than `recovery_timeout` ({}{}), so open times never grow",
        shown(max),
        default(breaker.max_recovery_timeout.is_some()),
        shown(first),
        default(breaker.recovery_timeout.is_some()),
    );
    match (&breaker.max_recovery_timeout, &breaker.recovery_timeout) {
        (Some(written), _) => errors.at(written.value_span, format!("{numbers}: write a longer one")),
        (None, Some(written)) => {
            errors.at(written.value_span, format!("{numbers}: add a longer `max_recovery_timeout`"));
        }
        (None, None) => {}
    }
}

/// Whether open times can grow: not by a factor of one.
fn grows(breaker: &CircuitBreaker) -> bool {
    let factor = literal(breaker.recovery_backoff.as_ref()).map(|factor| factor.value);
    breaker.recovery_backoff.is_some() && factor.is_none_or(|factor| factor > 1.0)
}

/// One setter of the policy takes both.
fn slow_calls(breaker: &CircuitBreaker, errors: &mut Errors) {
    need(
        &[
            (
                key(breaker.slow_call.as_ref()),
                breaker.slow_call_rate.is_some(),
                "`slow_call` needs the share of slow calls that opens the breaker: add `slow_call_rate = 0.5`",
            ),
            (
                key(breaker.slow_call_rate.as_ref()),
                breaker.slow_call.is_some(),
                "`slow_call_rate` needs to know which calls are slow: add `slow_call = 2s`",
            ),
        ],
        errors,
    );
}

fn companions(breaker: &CircuitBreaker, errors: &mut Errors) {
    let rate = breaker.has_rate();
    need(
        &[
            (
                key(breaker.window.as_ref()),
                rate,
                "`window` acts only with a rate: add `failure_rate = 0.5` or `slow_call_rate = 0.5`, or remove it",
            ),
            (
                key(breaker.min_calls.as_ref()),
                rate,
                "`min_calls` acts only with a rate: add `failure_rate = 0.5` or `slow_call_rate = 0.5`, or remove it",
            ),
            (
                key(breaker.max_recovery_timeout.as_ref()),
                grows(breaker),
                "`max_recovery_timeout` acts only when open times grow: add `recovery_backoff = 2.0`, or remove it",
            ),
        ],
        errors,
    );
}
