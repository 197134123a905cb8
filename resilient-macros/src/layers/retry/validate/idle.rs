//! Settings that can never act beside the others, however many attempts there are.

use std::time::Duration;

use resilient_rules::retry as rules;

use super::super::model::{BASE_DELAY, Retry};
use super::super::values::{Formula, Jitter};
use crate::diagnostics::Errors;
use crate::model::{Value, effective};
use crate::validate::setting::{Literal, key, literal, without_limit};

pub(super) fn check(retry: &Retry, defaults: bool, errors: &mut Errors) {
    without_delays(retry, errors);
    if defaults {
        longest_of_constant(retry, errors);
    }
    if let Some(word) = without_limit(retry.max_elapsed.as_ref()) {
        errors.over(word, "a `max_elapsed` without a limit never acts: remove it, or write a duration");
    }
}

/// Delays of zero neither grow nor differ. What `retry_after` asks for is spread as well.
fn without_delays(retry: &Retry, errors: &mut Errors) {
    // With a list or a function, this setting is itself the mistake.
    let Some(formula) = retry.formula() else { return };
    if !matches!(literal(retry.base_delay.as_ref()), Some(Literal { value: Duration::ZERO, .. })) {
        return;
    }
    let spreads = |jitter: &Jitter| match jitter {
        Jitter::Full | Jitter::Equal => true,
        Jitter::Factor(factor) => *factor > 0.0,
        // It may be none.
        Jitter::None | Jitter::Expr(_) => false,
    };
    let asked = retry.asks();
    let jitter = retry.jitter.as_ref().filter(|jitter| spreads(&jitter.value) && !asked);
    let backoff = retry.backoff.as_ref().filter(|_| !rules::formula_acts_on_zero(formula, asked));
    let idle = [key(backoff), key(jitter), key(retry.exponential_base.as_ref()), key(retry.max_delay.as_ref())];
    for setting in idle.into_iter().flatten() {
        let fact = rules::never_acts_on_zero(setting);
        errors.at(setting.span(), format!("{fact}: remove it, or write a longer `base_delay`"));
    }
}

/// Delays that do not grow, and those of a list, are limited by themselves. One that is longer than the usual limit
/// needs another.
fn longest_of_constant(retry: &Retry, errors: &mut Errors) {
    let by = match (retry.formula(), retry.pauses()) {
        (Some(Formula::Constant), _) => "`backoff = constant`",
        (None, Some(_)) => "the list",
        _ => return,
    };
    let Some(max) = literal(retry.max_delay.as_ref()) else { return };
    let Some(longest) = longest(retry) else { return };
    if let Some(fact) = rules::never_longer(by, longest, max.value) {
        errors.at(max.key.span(), format!("{fact}: remove it"));
    }
}

/// The longest of these delays, jitter included.
fn longest(retry: &Retry) -> Option<Duration> {
    let longest = match retry.pauses() {
        None => effective(retry.base_delay.as_ref(), Some(BASE_DELAY))?,
        Some(pauses) => {
            let known = pauses.all.iter().map(|pause| match pause.value {
                Value::Known(known) => Some(known),
                Value::Expr(_) => None,
            });
            known.collect::<Option<Vec<_>>>()?.into_iter().max()?
        }
    };
    match retry.jitter.as_ref().map(|jitter| &jitter.value) {
        Some(Jitter::Full | Jitter::Equal | Jitter::None) | None => Some(longest),
        Some(Jitter::Factor(factor)) if rules::is_jitter(*factor) => Some(longest.mul_f64(1.0 + factor)),
        _ => None,
    }
}
