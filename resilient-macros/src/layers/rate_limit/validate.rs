//! Rules about `#[rate_limit]`.

use quote::ToTokens;
use resilient_rules::in_force::InForce;
use resilient_rules::rate_limit::{
    BURST_OF_NO_PERMITS, HOLDS_ANY_NUMBER, NO_ERROR_PAUSES, NO_SUCCESS_PAUSES, SPAN_OF_NO_PERMITS, costs_too_much,
    usual_above_longest, window_too_large, without_pauses,
};
use syn::{BinOp, Expr, ExprBinary, ExprLit};

use super::model::{DEFAULT_RETRY_AFTER, MAX_RETRY_AFTER, MAX_WAIT, RateLimiter};
use crate::diagnostics::Errors;
use crate::model::{Setting, Value, effective};
use crate::parse::duration;
use crate::parse::expr_shape::{peel, word};
use crate::settings::Table;
use crate::validate::rules::{Place, Rules};
use crate::validate::setting::{Literal, at_least_one, key, literal, need, queue};

impl Rules for RateLimiter {
    fn check(&self, complete: bool, errors: &mut Errors) {
        let defaults = complete && self.policy.is_none();
        self.check_each(errors);
        queue(self.max_queue.as_ref(), effective(self.max_wait.as_ref(), defaults.then_some(MAX_WAIT)), errors);
        pauses(self, defaults, errors);
        cost(self, defaults, errors);
        if complete {
            asked(self, errors);
        }
        if defaults {
            permits(self, errors);
        }
    }

    /// A limit that others share may be paused by them.
    fn check_place(&self, place: &Place, errors: &mut Errors) {
        let is_paused = self.pauses() || self.state().is_some() || !place.complete;
        for key in [key(self.default_retry_after.as_ref()), key(self.max_retry_after.as_ref())].into_iter().flatten() {
            if !is_paused {
                let message = format!("{}: add `paused_on(…)`, or remove it", without_pauses(key));
                errors.at(key.span(), message);
            }
        }
    }
}

/// Refuses a count of zero, and a rate in place of a count: the span has a setting of its own.
pub(super) fn a_number_of_permits(setting: &Setting<Value<u32>>, errors: &mut Errors) {
    at_least_one(80)(setting, errors);
    let Value::Expr(expr) = &setting.value else { return };
    let Expr::Binary(ExprBinary { left, op: BinOp::Div(_), right, .. }) = peel(expr) else { return };
    let span = match peel(right) {
        Expr::Lit(ExprLit { lit, .. }) => {
            duration::from_literal(lit).is_ok().then(|| lit.to_token_stream().to_string())
        }
        other => word(other).and_then(|word| duration::unit(&word.to_string())).map(|unit| format!("1{unit}")),
    };
    if let Some(span) = span {
        let message = format!(
            "`permits` is a number, and its span has a setting of its own: write `permits = {}, per = {span}`",
            left.to_token_stream(),
        );
        errors.over(expr, message);
    }
}

/// Refuses a closure that takes the attempt as well, of which only `retry` knows.
pub(super) fn of_the_error_alone(setting: &Setting<Expr>, errors: &mut Errors) {
    if let Expr::Closure(closure) = &setting.value
        && closure.inputs.len() != 1
    {
        let message = "the closure of `retry_after` takes the error alone: write `retry_after = |error| …`";
        errors.over(closure, message);
    }
}

/// How many calls may begin has to be known, except where only the server limits them.
fn permits(limiter: &RateLimiter, errors: &mut Errors) {
    let (none, add) = (limiter.permits.is_none(), "add `permits = 80`, or remove it");
    need(
        &[
            (key(limiter.per.as_ref()), !none, &format!("{SPAN_OF_NO_PERMITS}: {add}")),
            (key(limiter.burst.as_ref()), !none, &format!("{BURST_OF_NO_PERMITS}: {add}")),
        ],
        errors,
    );
    let is_told = limiter.per.is_some() || limiter.burst.is_some();
    if none && !is_told && !limiter.pauses() && limiter.gives_settings() {
        let message = "`rate_limit` needs the number of calls: write `permits = 80, per = 1min`; where the server \
                       alone limits them, write `paused_on(…)`, at a static `policy = RateLimitPolicy::HOLDS_ONLY`";
        errors.at(limiter.span, message);
    }
    if let Some(Literal { value, span, .. }) = literal(limiter.permits.as_ref())
        && limiter.burst.is_none()
        && let Some(fact) = window_too_large(value, limiter.key.is_some())
    {
        let message =
            format!("{fact}: add `burst = 1000` {HOLDS_ANY_NUMBER}; or write fewer `permits` in a shorter `per`");
        errors.at(span, message);
    }
}

/// A call that takes more than there can be at once is always refused.
fn cost(limiter: &RateLimiter, defaults: bool, errors: &mut Errors) {
    let Some(Literal { value: cost, span, .. }) = literal(limiter.cost.as_ref()) else { return };
    let permits = literal(limiter.permits.as_ref()).filter(|_| limiter.burst.is_none() && defaults);
    let Some(Literal { key, value: most, .. }) = literal(limiter.burst.as_ref()).or(permits) else { return };
    if let Some(fact) = costs_too_much(cost, key, u64::from(most)) {
        errors.at(span, format!("{fact}: write a smaller `cost`, or more `{key}`"));
    }
}

/// The time that is taken if the server names none must not be longer than the longest.
fn pauses(limiter: &RateLimiter, defaults: bool, errors: &mut Errors) {
    let usual = effective(limiter.default_retry_after.as_ref(), defaults.then_some(DEFAULT_RETRY_AFTER));
    let longest = effective(limiter.max_retry_after.as_ref(), defaults.then_some(MAX_RETRY_AFTER));
    let (Some(usual), Some(longest)) = (usual, longest) else { return };
    let usual = InForce::new(usual, limiter.default_retry_after.is_some());
    let longest = InForce::new(longest, limiter.max_retry_after.is_some());
    let Some(fact) = usual_above_longest(usual, longest) else { return };
    let written = limiter.default_retry_after.as_ref().or(limiter.max_retry_after.as_ref());
    if let Some(written) = written {
        let message = format!("{fact}: write a shorter `default_retry_after`, or a longer `max_retry_after`");
        errors.at(written.value_span, message);
    }
}

/// For how long everybody stops is asked only of what stops them.
fn asked(limiter: &RateLimiter, errors: &mut Errors) {
    need(
        &[
            (
                key(limiter.retry_after.as_ref()),
                limiter.filters().of_errors().is_some(),
                &format!("{NO_ERROR_PAUSES}: add `paused_on(…)`, or remove it"),
            ),
            (key(limiter.retry_after_ok.as_ref()), limiter.paused_if_ok.is_some(), NO_SUCCESS_PAUSES),
        ],
        errors,
    );
}
