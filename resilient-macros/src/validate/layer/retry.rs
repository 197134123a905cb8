//! Rules about `#[retry]`.

mod idle;

use std::time::Duration;

use crate::defaults::effective;
use crate::defaults::retry::{BASE_DELAY, MAX_DELAY};
use crate::diagnostics::{Errors, duration};
use crate::model::{Backoff, Exhausted, Jitter, MaxAttempts, Retry, Setting, Value};
use crate::pauses::Pauses;
use crate::validate::setting::{Literal, growth, key, literal, longer_than_zero, need};

pub(super) fn check(retry: &Retry, complete: bool, errors: &mut Errors) {
    let defaults = complete && retry.policy.is_none();
    attempts(retry, errors);
    jitter(retry, errors);
    growth(retry.exponential_base.as_ref(), "the pauses", errors);
    longer_than_zero(&[(&retry.max_elapsed, "1min"), (&retry.max_retry_after, "5min")], errors);
    delays(retry, defaults, errors);
    first_pause(retry, defaults, errors);
    backoff(retry, errors);
    a_pause(retry, errors);
    idle::check(retry, defaults, errors);
    if defaults {
        an_end(retry, errors);
    }
    if complete {
        companions(retry, errors);
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

/// Settings that only some ways to back off look at.
fn backoff(retry: &Retry, errors: &mut Errors) {
    let Some(backoff) = retry.backoff.as_ref().map(|setting| setting.value) else { return };
    need(
        &[
            (
                key(retry.exponential_base.as_ref()),
                backoff == Backoff::Exponential,
                "`exponential_base` acts only with `backoff = exponential`: remove it, or write that `backoff`",
            ),
            (
                key(retry.jitter.as_ref()),
                backoff != Backoff::Decorrelated,
                "`backoff = decorrelated` is random by itself: remove `jitter`, or write another `backoff`",
            ),
        ],
        errors,
    );
}

fn an_end(retry: &Retry, errors: &mut Errors) {
    let unlimited = retry.max_attempts.as_ref().filter(|setting| matches!(setting.value, MaxAttempts::Unlimited));
    if let (Some(unlimited), None) = (unlimited, &retry.max_elapsed) {
        let message = "`unlimited` attempts need another end: add `max_elapsed = 1min`, or write how many";
        errors.at(unlimited.value_span, message);
    }
}

/// Attempts without number and without a pause between them do nothing but use up a processor.
fn a_pause(retry: &Retry, errors: &mut Errors) {
    let is_unlimited = retry.max_attempts.as_ref().is_some_and(|it| matches!(it.value, MaxAttempts::Unlimited));
    if let Some(Literal { value: Duration::ZERO, span, .. }) = literal(retry.base_delay.as_ref())
        && is_unlimited
    {
        let message = "`unlimited` attempts need pauses: write `base_delay = 100ms`, or how many attempts";
        errors.at(span, message);
    }
}

/// Settings that act only beside others which no policy holds.
fn companions(retry: &Retry, errors: &mut Errors) {
    let wraps = retry.exhausted.as_ref().is_some_and(|setting| setting.value == Exhausted::Wrap);
    need(
        &[
            (
                key(retry.max_retry_after.as_ref()),
                retry.retry_after.is_some(),
                "`max_retry_after` limits the pauses that `retry_after` finds, and there is none: \
                 add `retry_after = …`, or remove it",
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

/// At the one of the two that was written, at the first of both.
fn longer_than_the_longest(retry: &Retry, base: Duration, max: Duration, errors: &mut Errors) {
    let (base, max) = (duration(base), duration(max));
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

fn first_pause(retry: &Retry, defaults: bool, errors: &mut Errors) {
    let Some(Literal { value: max, span, .. }) = literal(retry.max_elapsed.as_ref()) else { return };
    let Some(first) = Pauses::least(retry, defaults).map(|pauses| pauses.first()) else { return };
    if !max.is_zero() && max <= first {
        let message = format!(
            "`max_elapsed` ({}) is over before the first pause (at least {}) is, so nothing is retried: \
             write a longer one, or a shorter `base_delay`",
            duration(max),
            duration(first),
        );
        errors.at(span, message);
    }
}
