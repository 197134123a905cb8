//! Rules about `#[bulkhead]`.

use resilient_rules::bounds;
use resilient_rules::bulkhead::without_adaptive_limit;

use super::concurrency::{Bounds, Concurrency};
use super::model::{Bulkhead, MAX_WAIT};
use super::threads;
use crate::diagnostics::Errors;
use crate::model::{Setting, Value, effective};
use crate::settings::Table;
use crate::validate::rules::{Checked, Place, Rules};
use crate::validate::setting::{Literal, at_least_one, key, literal, queue};

impl Rules for Bulkhead {
    fn check(&self, complete: bool, errors: &mut Errors) {
        self.check_each(errors);
        threads::check(self, complete, errors);
        let default = (complete && self.policy.is_none() && !self.has_threads()).then_some(MAX_WAIT);
        queue(self.max_queue.as_ref(), effective(self.max_wait.as_ref(), default), errors);
        if self.is_fixed() && complete {
            overload(self, errors);
        }
    }

    fn check_place(&self, place: &Place, errors: &mut Errors) {
        threads::check_place(self, place, errors);
        if !place.is_async && !self.has_threads() {
            slot_is_held(self, place.below, errors);
        }
    }
}

/// Signs of overload are for a limit that adapts itself.
fn overload(bulkhead: &Bulkhead, errors: &mut Errors) {
    let given = [key(bulkhead.overload_after.as_ref()), bulkhead.first_filter()];
    for setting in given.into_iter().flatten() {
        errors.at(setting.span(), without_adaptive_limit(setting));
    }
}

/// Refuses a count of zero, and bounds that contradict each other.
pub(super) fn possible(setting: &Setting<Concurrency>, errors: &mut Errors) {
    match &setting.value {
        Concurrency::Fixed(Value::Known(count)) => {
            if let Some(fact) = bounds::at_least_one("max_concurrent", *count) {
                errors.at(setting.value_span, format!("{fact}: write `max_concurrent = 10`"));
            }
        }
        Concurrency::Fixed(Value::Expr(_)) => {}
        Concurrency::Adaptive(written) => adaptive(written, errors),
    }
}

fn adaptive(Bounds { min, max, initial, .. }: &Bounds, errors: &mut Errors) {
    for (bound, example) in [(min.as_ref(), 1), (Some(max), 200), (initial.as_ref(), 20)] {
        if let Some(bound) = bound {
            at_least_one(example)(bound, errors);
        }
    }
    let least = literal(min.as_ref()).filter(|it| it.value > 0);
    let Some(Literal { value: most, .. }) = literal(Some(max)).filter(|it| it.value > 0) else { return };
    if let Some(Literal { value, span, .. }) = &least
        && *value > most
    {
        errors.at(*span, format!("`min` ({value}) is more than `max` ({most}): write at most `min = {most}`"));
        return;
    }
    let least = least.map_or(1, |it| it.value);
    if let Some(Literal { value, span, .. }) = literal(initial.as_ref()).filter(|it| it.value > 0)
        && !(least..=most).contains(&value)
    {
        let message = format!("`initial` ({value}) is not from `min` ({least}) to `max` ({most}): write one that is");
        errors.at(span, message);
    }
}

/// In a sync function the timeout returns while the body runs on, and a bulkhead around it would count the call as
/// ended.
fn slot_is_held(bulkhead: &Bulkhead, below: &[Checked], errors: &mut Errors) {
    if below.iter().any(|it| it.complete && it.facts.moves_to_thread()) {
        let message = "this `bulkhead` would free its slot at the timeout below, while the body of a sync function \
                       runs on: move it below the `timeout`";
        errors.at(bulkhead.span, message);
    }
}
