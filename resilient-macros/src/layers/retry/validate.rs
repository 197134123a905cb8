//! Rules about `#[retry]`.

mod idle;

use std::time::Duration;

use resilient_rules::bounds::at_least_one;
use resilient_rules::duration::shown;
use resilient_rules::in_force::InForce;
use resilient_rules::retry as rules;
use resilient_rules::stack::{TWO_RETRIES, pauses_outlast};
use syn::Signature;

use super::delays::{self, Delays};
use super::model::{BASE_DELAY, MAX_DELAY, Retry};
use super::values::{Jitter, MaxAttempts, Pause};
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
    if let Some(fact) = at_least_one("max_attempts", *count) {
        errors.at(*value_span, format!("{fact}: write `max_attempts = 3`, or leave it out for 3"));
    }
    if let Some(fact) = rules::never_retried(*count) {
        errors.at(*value_span, format!("{fact}: write `max_attempts = 2` or more, or remove the attribute"));
    }
}

fn jitter(retry: &Retry, errors: &mut Errors) {
    if let Some(Setting { value: Jitter::Factor(factor), value_span, .. }) = &retry.jitter
        && !rules::is_jitter(*factor)
    {
        let way_out = "write `jitter = 0.25` for pauses within 25% of the computed ones";
        errors.at(*value_span, format!("{}: {way_out}", rules::JITTER));
    }
}

/// Settings that act only with some values of `backoff`.
fn backoff(retry: &Retry, errors: &mut Errors) {
    let Some(backoff) = retry.backoff.as_ref().map(|setting| &setting.value) else { return };
    let formula = backoff.formula();
    let by = if retry.pauses().is_some() { "lists" } else { "computes" };
    let base_delay = format!("`backoff` {by} the pauses, so `base_delay` never acts: remove it");
    need(&[(key(retry.base_delay.as_ref()), formula.is_some(), &base_delay)], errors);
    if let (Some(setting), Some(fact)) = (key(retry.exponential_base.as_ref()), rules::base_of_another_formula(formula))
    {
        errors.at(setting.span(), format!("{fact}: remove it, or write that `backoff`"));
    }
    if let (Some(setting), Some(fact)) = (key(retry.jitter.as_ref()), rules::jitter_of_random_pauses(formula)) {
        errors.at(setting.span(), format!("{fact}: remove `jitter`, or write another `backoff`"));
    }
}

fn an_end(retry: &Retry, errors: &mut Errors) {
    let unlimited = retry.max_attempts.as_ref().filter(|setting| matches!(setting.value, MaxAttempts::Unlimited));
    if let (Some(unlimited), None, None) = (unlimited, &retry.max_elapsed, &retry.budget) {
        let message = format!("{}: add `max_elapsed = 1min`, or write how many", rules::NO_END);
        errors.at(unlimited.value_span, message);
    }
}

/// Unlimited attempts without delays would only use up a processor.
fn a_delay(retry: &Retry, errors: &mut Errors) {
    let is_unlimited = retry.max_attempts.as_ref().is_some_and(|it| matches!(it.value, MaxAttempts::Unlimited));
    if let Some(Literal { value: Duration::ZERO, span, .. }) = literal(retry.base_delay.as_ref())
        && is_unlimited
    {
        let message = format!("{}: write `base_delay = 100ms`, or how many attempts", rules::NO_PAUSES);
        errors.at(span, message);
    }
    if let (true, Some(Pause { value: Value::Known(Duration::ZERO), span })) =
        (is_unlimited, retry.pauses().and_then(|pauses| pauses.all.last()))
    {
        let message = format!("{}: {}, or write how many attempts", rules::NO_PAUSES, rules::END_THE_LIST);
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
                &format!("{}: add `retry_after = …`, or remove it", rules::NOBODY_ASKS),
            ),
            (key(retry.retry_after_ok.as_ref()), retry.repeats_successes(), rules::NO_SUCCESS_IS_RETRIED),
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
        (Some(base), Some(max)) => longer_than_the_longest(retry, base, max, errors),
        (None, Some(Duration::ZERO)) if retry.base_delay.is_some() => {
            let span = retry.max_delay.as_ref().map_or(retry.span, |written| written.value_span);
            let message = format!("{}: write `base_delay = 0s`, or a longer `max_delay`", rules::NO_PAUSE_IS_LEFT);
            errors.at(span, message);
        }
        _ => {}
    }
}

/// Reported at the setting that was written; if both were, at `base_delay`.
fn longer_than_the_longest(retry: &Retry, base: Duration, max: Duration, errors: &mut Errors) {
    let base = InForce::new(base, retry.base_delay.is_some());
    let max = InForce::new(max, retry.max_delay.is_some());
    if let Some(written) = &retry.base_delay {
        let Some(fact) = rules::base_above_longest(base, max) else { return };
        errors.at(written.value_span, format!("{fact}: write a shorter one, or `max_delay = {}`", shown(base.value)));
    } else if let Some(written) = &retry.max_delay {
        let Some(fact) = rules::longest_below_base(max, base) else { return };
        errors.at(written.value_span, format!("{fact}: write a longer one, or `base_delay = {}`", shown(max.value)));
    }
}

/// Reported at each pause of a list.
fn listed_longer_than_the_longest(retry: &Retry, defaults: bool, errors: &mut Errors) {
    let Some((pauses, max)) = retry.pauses().zip(effective(retry.max_delay.as_ref(), defaults.then_some(MAX_DELAY)))
    else {
        return;
    };
    let max = InForce::new(max, retry.max_delay.is_some());
    for Pause { value, span } in &pauses.all {
        if let Value::Known(pause) = value
            && let Some(fact) = rules::pause_above_longest(*pause, max)
        {
            errors.at(*span, format!("{fact}: write a shorter one, or `max_delay = {}`", shown(*pause)));
        }
    }
}

fn first_delay(retry: &Retry, defaults: bool, errors: &mut Errors) {
    let Some(Literal { value: max, span, .. }) = literal(retry.max_elapsed.as_ref()) else { return };
    let Some(first) = Delays::least(retry, defaults).map(|delays| delays.first()) else { return };
    if let Some(fact) = rules::over_before_first_pause(max, first) {
        let first = if retry.pauses().is_some() { "first pause" } else { "`base_delay`" };
        errors.at(span, format!("{fact}: write a longer one, or a shorter {first}"));
    }
}

fn one_retry(retry: &Retry, above: &[Checked], errors: &mut Errors) {
    if above.iter().any(|it| it.facts.repeats()) {
        errors.at(retry.span, TWO_RETRIES);
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
        if let Some(fact) = pauses_outlast(limit, least) {
            errors.at(span, format!("{fact}: write a longer one, or fewer or shorter pauses"));
        }
    }
}
