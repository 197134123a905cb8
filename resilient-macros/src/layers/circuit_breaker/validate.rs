//! Rules about `#[circuit_breaker]`.

use resilient_rules::bounds::longer_than_zero;
use resilient_rules::circuit_breaker::{
    NEVER_GROWS, NO_CALLS, SHORT_WINDOW, SHORTEST_WINDOW, SLOW_CALL_ALONE, SLOW_CALL_RATE_ALONE, THRESHOLD_AND_RATE,
    no_room_to_grow, too_many_calls, without_rate,
};
use resilient_rules::in_force::InForce;

use super::model::{CircuitBreaker, MAX_RECOVERY_TIMEOUT, RECOVERY_TIMEOUT, WINDOW};
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
        need(&[(key(self.failure_threshold.as_ref()), self.failure_rate.is_none(), THRESHOLD_AND_RATE)], errors);
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
        None if defaults && breaker.has_rate() => min_calls(breaker, InForce::new(WINDOW, false), errors),
        Some(Setting { value: Window::Calls(0), value_span, .. }) => {
            errors.at(*value_span, format!("{NO_CALLS}: write `window = 100`"));
        }
        Some(Setting { value: Window::Time(span), value_span, .. }) => {
            if let Some(fact) = longer_than_zero("window", *span) {
                errors.at(*value_span, format!("{fact}: write `window = 10s`"));
            } else if *span < SHORTEST_WINDOW {
                errors.at(*value_span, format!("{SHORT_WINDOW}: write `window = 10ms`, or a longer one"));
            }
        }
        Some(Setting { value: Window::Calls(calls), .. }) => min_calls(breaker, InForce::given(*calls), errors),
        Some(Setting { value: Window::Expr(_), .. }) | None => {}
    }
}

fn min_calls(breaker: &CircuitBreaker, window: InForce<u32>, errors: &mut Errors) {
    let Some(Literal { value: min, span, .. }) = literal(breaker.min_calls.as_ref()) else { return };
    if let Some(fact) = too_many_calls(min, window) {
        let most = window.value;
        errors.at(span, format!("{fact}: write at most `min_calls = {most}`, or a larger `window`"));
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
    let max = InForce::new(max, breaker.max_recovery_timeout.is_some());
    let Some(fact) = no_room_to_grow(max, InForce::new(first, breaker.recovery_timeout.is_some())) else { return };
    match (&breaker.max_recovery_timeout, &breaker.recovery_timeout) {
        (Some(written), _) => errors.at(written.value_span, format!("{fact}: write a longer one")),
        (None, Some(written)) => {
            errors.at(written.value_span, format!("{fact}: add a longer `max_recovery_timeout`"));
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
                &format!("{SLOW_CALL_ALONE}: add `slow_call_rate = 0.5`"),
            ),
            (
                key(breaker.slow_call_rate.as_ref()),
                breaker.slow_call.is_some(),
                &format!("{SLOW_CALL_RATE_ALONE}: add `slow_call = 2s`"),
            ),
        ],
        errors,
    );
}

fn companions(breaker: &CircuitBreaker, errors: &mut Errors) {
    let rate = breaker.has_rate();
    for setting in [key(breaker.window.as_ref()), key(breaker.min_calls.as_ref())].into_iter().flatten() {
        let fact = without_rate(setting);
        let message = format!("{fact}: add `failure_rate = 0.5` or `slow_call_rate = 0.5`, or remove it");
        need(&[(Some(setting), rate, &message)], errors);
    }
    let message = format!("{NEVER_GROWS}: add `recovery_backoff = 2.0`, or remove it");
    need(&[(key(breaker.max_recovery_timeout.as_ref()), grows(breaker), &message)], errors);
}
