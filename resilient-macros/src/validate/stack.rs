//! Rules about several attributes of one function. Layers stand in reading order, the outermost first.

mod unreached;

use std::collections::HashMap;
use std::time::Duration;

use syn::Pat;

use super::Checked;
use super::setting::{Literal, literal};
use crate::defaults::effective;
use crate::diagnostics::{Errors, duration};
use crate::model::{Fallback, Filter, Kind, Layer, Name, Refusal, Retry, Setting, Timeout};
use crate::pauses::{self, Pauses};

pub(super) fn check(layers: &[Checked], is_async: bool, errors: &mut Errors) {
    for (index, checked) in layers.iter().enumerate() {
        let (above, below) = (&layers[..index], &layers[index + 1..]);
        unreached::conversion(checked.layer, above, errors);
        match checked.layer {
            Layer::Retry(retry) => {
                one_retry(retry, above, errors);
                pauses_within_timeouts(retry, checked.complete, above, errors);
                refusals_occur(retry, below, errors);
            }
            Layer::Timeout(timeout) => {
                not_adjacent(timeout, above, errors);
                step_has_retry(timeout, above, errors);
            }
            Layer::Bulkhead(_) if !is_async => slot_is_held(*checked, below, errors),
            Layer::Fallback(fallback) if checked.complete => {
                leaves_errors(fallback, above, errors);
                unreached::fallback(fallback, below, errors);
            }
            Layer::CircuitBreaker(_) | Layer::Bulkhead(_) | Layer::Fallback(_) => {}
        }
    }
    distinct_names(layers, errors);
    one_conversion(layers, errors);
}

fn one_retry(retry: &Retry, above: &[Checked], errors: &mut Errors) {
    if above.iter().any(|it| matches!(it.layer, Layer::Retry(_))) {
        errors.at(retry.span, "two `retry`s multiply their attempts: keep one, with the `max_attempts` wanted in all");
    }
}

/// The pauses alone must leave every timeout above some time for the attempts.
fn pauses_within_timeouts(retry: &Retry, complete: bool, above: &[Checked], errors: &mut Errors) {
    let defaults = complete && retry.policy.is_none();
    let least = Pauses::least(retry, defaults).zip(pauses::attempts(retry, defaults));
    let Some(least) = least.map(|(pauses, attempts)| pauses.sum(attempts)) else { return };
    // An end that the retry sets itself comes first.
    let Some(end) = effective(retry.max_elapsed.as_ref(), Some(Duration::MAX)) else { return };
    let least = least.min(end);
    for timeout in above.iter().filter_map(|it| as_timeout(it.layer)) {
        let Some(Literal { value: limit, span, .. }) = literal(timeout.duration.as_ref()) else { continue };
        if !limit.is_zero() && least > limit {
            let message = format!(
                "the `retry` below pauses for {} at least, so this timeout ({}) ends the call before its last attempt: \
                 write a longer one, or fewer or shorter pauses",
                duration(least),
                duration(limit),
            );
            errors.at(span, message);
        }
    }
}

/// `retry_refused` names refusals that can come from below.
fn refusals_occur(retry: &Retry, below: &[Checked], errors: &mut Errors) {
    let Some(named) = &retry.retry_refused else { return };
    // A fallback answers every refusal from below it.
    let seen: Vec<Kind> = below.iter().map(|it| it.layer.kind()).take_while(|kind| *kind != Kind::Fallback).collect();
    for refusal in &named.value {
        let (word, kind) = match refusal {
            Refusal::TimedOut => ("timed_out", Kind::Timeout),
            Refusal::BulkheadFull => ("bulkhead_full", Kind::Bulkhead),
            Refusal::CircuitOpen => ("circuit_open", Kind::CircuitBreaker),
        };
        if !seen.contains(&kind) {
            let name = kind.name();
            let message = format!(
                "`{word}` never reaches this `retry`: put a `{name}` below it and no `fallback` between, \
                 or remove the word"
            );
            errors.at(named.key.span(), message);
        }
    }
}

fn not_adjacent(timeout: &Timeout, above: &[Checked], errors: &mut Errors) {
    if above.last().is_some_and(|it| matches!(it.layer, Layer::Timeout(_))) {
        errors.at(timeout.span, "of two adjacent `timeout`s only the shorter one ever acts: keep that one");
    }
}

fn step_has_retry(timeout: &Timeout, above: &[Checked], errors: &mut Errors) {
    if let Some(step) = &timeout.step
        && !above.iter().any(|it| matches!(it.layer, Layer::Retry(_)))
    {
        let message = "`step` adds time for each attempt of a `retry` above, and there is none: \
                       move the `retry` above, or remove `step`";
        errors.at(step.key.span(), message);
    }
}

/// In a sync function the timeout returns while the body runs on, and a bulkhead around it would count the call as
/// ended.
fn slot_is_held(Checked { layer, .. }: Checked, below: &[Checked], errors: &mut Errors) {
    let runs_on =
        |it: &Checked| it.complete && as_timeout(it.layer).is_some_and(|timeout| timeout.cooperative.is_none());
    if below.iter().any(runs_on) {
        let message = "this `bulkhead` would free its slot at the timeout below, while the body of a sync function \
                       runs on: move it below the `timeout`";
        errors.at(layer.span(), message);
    }
}

/// A fallback that answers every error hides all of them from what stands above.
fn leaves_errors(fallback: &Fallback, above: &[Checked], errors: &mut Errors) {
    let blinded =
        above.iter().rev().map(|it| it.layer.kind()).find(|kind| matches!(kind, Kind::Retry | Kind::CircuitBreaker));
    if let (Some(kind), true) = (blinded, catches_all(fallback)) {
        let message = format!(
            "this `fallback` answers every error, so the `{}` above it never sees a failure: \
             move it above that, or say which errors it answers by `fallback_on(…)`",
            kind.name(),
        );
        errors.at(fallback.span, message);
    }
}

fn catches_all(fallback: &Fallback) -> bool {
    match fallback.filter.as_ref().map(|setting| &setting.value) {
        Some(Filter::On { pattern, guard }) => matches!(pattern, Pat::Wild(_)) && guard.is_none(),
        Some(Filter::If(_)) => false,
        None => true,
    }
}

/// Two bulkheads of one name take two slots for one call, two breakers count it twice.
fn distinct_names(layers: &[Checked], errors: &mut Errors) {
    let mut seen: Vec<(Kind, &str)> = Vec::new();
    for Checked { layer, .. } in layers {
        let Some(Setting { value: Name { literal: Some(name), .. }, value_span, .. }) = shared_name(layer) else {
            continue;
        };
        let kind = layer.kind();
        if seen.contains(&(kind, name)) {
            let message = format!(
                "a `{0}` named \"{name}\" is already above: give this one another name, or remove it",
                kind.name()
            );
            errors.at(*value_span, message);
        }
        seen.push((kind, name));
    }
}

fn shared_name(layer: &Layer) -> Option<&Setting<Name>> {
    match layer {
        Layer::CircuitBreaker(breaker) => Some(&breaker.name),
        Layer::Bulkhead(bulkhead) => bulkhead.name.as_ref(),
        Layer::Retry(_) | Layer::Timeout(_) | Layer::Fallback(_) => None,
    }
}

/// A refusal travels without the attribute it came from, up to the next fallback, so its kind alone decides how it is
/// converted.
fn one_conversion(layers: &[Checked], errors: &mut Errors) {
    let mut first: HashMap<&str, String> = HashMap::new();
    for Checked { layer, .. } in layers.iter().filter(|it| it.complete) {
        if matches!(layer, Layer::Fallback(_)) {
            first.clear();
        }
        let name = layer.kind().name();
        let (map_err, text) = unreached::conversion_text(layer);
        if *first.entry(name).or_insert_with(|| text.clone()) == text {
            continue;
        }
        let message = format!("the `{name}`s of one function share their `map_err`: write the same in each of them");
        match map_err {
            Some(different) => errors.over(different, message),
            None => errors.at(layer.span(), message),
        }
    }
}

fn as_timeout(layer: &Layer) -> Option<&Timeout> {
    if let Layer::Timeout(timeout) = layer { Some(timeout) } else { None }
}
