//! Rules about `#[retry]`.

mod idle;

use std::time::Duration;

use resilient_rules::duration::shown;
use syn::Signature;

use super::delays::{self, Delays};
use super::model::{BASE_DELAY, MAX_DELAY, Retry};
use super::values::{Formula, Jitter, MaxAttempts, Pause};
use crate::diagnostics::Errors;
use crate::model::{Setting, Value, effective};
use crate::settings::Table;
use crate::validate::rules::{Checked, Place, Rules};
use crate::validate::setting::{Literal, key, literal, need};
use crate::validate::{attempts, refused};

impl Rules for Retry {
    fn check(&self, complete: bool, errors: &mut Errors) {
        let defaults = complete && self.policy.is_none();
        attempts(self, errors);
        jitter(self, errors);
        self.check_each(errors);
        delays(self, defaults, errors);
        first_delay(self, defaults, errors);
        backoff(self, errors);
        a_delay(self, errors);
        idle::check(self, defaults, errors);
        if defaults {
            an_end(self, errors);
        }
        if complete {
            companions(self, errors);
        }
    }

    fn check_place(&self, place: &Place, errors: &mut Errors) {
        one_retry(self, place.above, errors);
        delays_within_timeouts(self, place.complete, place.above, errors);
        refused::occur(self.retry_refused.as_ref(), "retry", place.below, errors);
    }

    fn check_function(&self, sig: &Signature, errors: &mut Errors) {
        if let Some(bind) = &self.bind {
            attempts::bound_name(&bind.value, sig, errors);
        }
        attempts::each_attempt_has_self(sig, errors);
    }
}

fn attempts(retry: &Retry, errors: &mut Errors) {
    let Some(Setting { value: MaxAttempts::Count(Value::Known(count)), value_span, .. }) = &retry.max_attempts else {
        return;
    };
    match count {
        0 => {
            let message = "`max_attempts` must be at least 1: write `max_attempts = 3`, or leave it out for 3";
            errors.at(*value_span, message);
        }
        1 => errors
            .at(*value_span, "one attempt is never retried: write `max_attempts = 2` or more, or remove the attribute"),
        _ => {}
    }
}

fn jitter(retry: &Retry, errors: &mut Errors) {
    if let Some(Setting { value: Jitter::Factor(factor), value_span, .. }) = &retry.jitter
        && !(0.0..=1.0).contains(factor)
    {
        errors.at(
            *value_span,
            "`jitter` must be from 0 to 1: write `jitter = 0.25` for pauses within 25% of the computed ones",
        );
    }
}

/// Settings that act only with some values of `backoff`.
fn backoff(retry: &Retry, errors: &mut Errors) {
    let Some(backoff) = retry.backoff.as_ref().map(|setting| &setting.value) else { return };
    let formula = backoff.formula();
    let by = if retry.pauses().is_some() { "lists" } else { "computes" };
    let base_delay = format!("`backoff` {by} the pauses, so `base_delay` never acts: remove it");
    need(
        &[
            (key(retry.base_delay.as_ref()), formula.is_some(), &base_delay),
            (
                key(retry.exponential_base.as_ref()),
                formula == Some(Formula::Exponential),
                "`exponential_base` acts only with `backoff = exponential`: remove it, or write that `backoff`",
            ),
            (
                key(retry.jitter.as_ref()),
                formula != Some(Formula::Decorrelated),
                "`backoff = decorrelated` is random by itself: remove `jitter`, or write another `backoff`",
            ),
        ],
        errors,
    );
}

fn an_end(retry: &Retry, errors: &mut Errors) {
    let unlimited = retry.max_attempts.as_ref().filter(|setting| matches!(setting.value, MaxAttempts::Unlimited));
    if let (Some(unlimited), None, None) = (unlimited, &retry.max_elapsed, &retry.budget) {
        let message = "`unlimited` attempts need another end: add `max_elapsed = 1min`, or write how many";
        errors.at(unlimited.value_span, message);
    }
}

/// Unlimited attempts without delays would only use up a processor.
fn a_delay(retry: &Retry, errors: &mut Errors) {
    let is_unlimited = retry.max_attempts.as_ref().is_some_and(|it| matches!(it.value, MaxAttempts::Unlimited));
    if let Some(Literal { value: Duration::ZERO, span, .. }) = literal(retry.base_delay.as_ref())
        && is_unlimited
    {
        let message = "`unlimited` attempts need pauses: write `base_delay = 100ms`, or how many attempts";
        errors.at(span, message);
    }
    if let (true, Some(Pause { value: Value::Known(Duration::ZERO), span })) =
        (is_unlimited, retry.pauses().and_then(|pauses| pauses.all.last()))
    {
        let message = "`unlimited` attempts need pauses: end the list with one that is longer than zero, or write how \
                       many attempts";
        errors.at(*span, message);
    }
}

/// Settings that act only beside others.
fn companions(retry: &Retry, errors: &mut Errors) {
    let wraps = retry.wraps();
    need(
        &[
            (
                key(retry.max_retry_after.as_ref()),
                retry.asks() || retry.policy.is_some(),
                "`max_retry_after` limits the pauses that `retry_after` finds, and there is none: \
                 add `retry_after = …`, or remove it",
            ),
            (
                key(retry.retry_after_ok.as_ref()),
                retry.repeats_successes(),
                "`retry_after_ok` finds the pause in a success that is tried again, and none is: \
                 add `retry_if_ok = …`, or remove it",
            ),
            (
                key(retry.unsent_on.as_ref()),
                retry.idempotent.is_some(),
                "`unsent_on` says which errors are retried where `idempotent` is false, and there is none: \
                 add `idempotent = …`, or remove it",
            ),
            (
                key(retry.map_err.as_ref()),
                wraps,
                "`retry` makes an error of its own only when it wraps the last one: \
                 add `exhausted = wrap`, or remove `map_err`",
            ),
        ],
        errors,
    );
}

fn delays(retry: &Retry, defaults: bool, errors: &mut Errors) {
    let Some(_) = retry.formula() else {
        listed_longer_than_the_longest(retry, defaults, errors);
        return;
    };
    let base = effective(retry.base_delay.as_ref(), defaults.then_some(BASE_DELAY));
    let max = effective(retry.max_delay.as_ref(), defaults.then_some(MAX_DELAY));
    match (base, max) {
        (Some(base), Some(max)) if base > max => longer_than_the_longest(retry, base, max, errors),
        (None, Some(Duration::ZERO)) if retry.base_delay.is_some() => {
            let span = retry.max_delay.as_ref().map_or(retry.span, |written| written.value_span);
            errors
                .at(span, "`max_delay = 0s` takes every pause away: write `base_delay = 0s`, or a longer `max_delay`");
        }
        _ => {}
    }
}

/// Reported at the setting that was written; if both were, at `base_delay`.
fn longer_than_the_longest(retry: &Retry, base: Duration, max: Duration, errors: &mut Errors) {
    let (base, max) = (shown(base), shown(max));
    match (&retry.base_delay, &retry.max_delay) {
        (Some(written), other) => {
            let default = if other.is_none() { ", the default" } else { "" };
            let message = format!(
                "`base_delay` ({base}) is longer than `max_delay` ({max}{default}): \
                 write a shorter one, or `max_delay = {base}`",
            );
            errors.at(written.value_span, message);
        }
        (None, Some(written)) => {
            let message = format!(
                "`max_delay` ({max}) is shorter than `base_delay` ({base}, the default): \
                 write a longer one, or `base_delay = {max}`",
            );
            errors.at(written.value_span, message);
        }
        (None, None) => {}
    }
}

/// Reported at each pause of a list.
fn listed_longer_than_the_longest(retry: &Retry, defaults: bool, errors: &mut Errors) {
    let Some((pauses, max)) = retry.pauses().zip(effective(retry.max_delay.as_ref(), defaults.then_some(MAX_DELAY)))
    else {
        return;
    };
    let default = if retry.max_delay.is_none() { ", the default" } else { "" };
    for Pause { value, span } in &pauses.all {
        if let Value::Known(pause) = value
            && *pause > max
        {
            let (pause, max) = (shown(*pause), shown(max));
            let message = format!(
                "this pause ({pause}) is longer than `max_delay` ({max}{default}): \
                 write a shorter one, or `max_delay = {pause}`",
            );
            errors.at(*span, message);
        }
    }
}

fn first_delay(retry: &Retry, defaults: bool, errors: &mut Errors) {
    let Some(Literal { value: max, span, .. }) = literal(retry.max_elapsed.as_ref()) else { return };
    let Some(first) = Delays::least(retry, defaults).map(|delays| delays.first()) else { return };
    if !max.is_zero() && max <= first {
        let message = format!(
            "`max_elapsed` ({}) is over before the first pause (at least {}) is, so nothing is retried: \
             write a longer one, or a shorter {}",
            shown(max),
            shown(first),
            if retry.pauses().is_some() { "first pause" } else { "`base_delay`" },
        );
        errors.at(span, message);
    }
}

fn one_retry(retry: &Retry, above: &[Checked], errors: &mut Errors) {
    if above.iter().any(|it| it.facts.repeats()) {
        errors.at(retry.span, "two `retry`s multiply their attempts: keep one, with the `max_attempts` wanted in all");
    }
}

/// The delays alone must leave every timeout above some time for the attempts.
fn delays_within_timeouts(retry: &Retry, complete: bool, above: &[Checked], errors: &mut Errors) {
    let defaults = complete && retry.policy.is_none();
    let least = Delays::least(retry, defaults).zip(delays::attempts(retry, defaults));
    let Some(least) = least.map(|(delays, attempts)| delays.sum(attempts)) else { return };
    // An end that the retry sets itself comes first.
    let Some(end) = effective(retry.max_elapsed.as_ref(), Some(Duration::MAX)) else { return };
    let least = least.min(end);
    for limit in above.iter().filter_map(|it| it.facts.limits_time) {
        let Some(Literal { value: limit, span, .. }) = literal(limit.duration.as_ref()) else { continue };
        if !limit.is_zero() && least > limit {
            let message = format!(
                "the `retry` below pauses for {} at least, so this timeout ({}) ends the call before its last attempt: \
                 write a longer one, or fewer or shorter pauses",
                shown(least),
                shown(limit),
            );
            errors.at(span, message);
        }
    }
}
