//! Rules about `#[bulkhead]`.

use super::model::{Bulkhead, MAX_WAIT};
use crate::diagnostics::Errors;
use crate::model::{Setting, effective};
use crate::settings::Table;
use crate::validate::rules::{Checked, Place, Rules};
use crate::validate::setting::{Literal, literal};

impl Rules for Bulkhead {
    fn check(&self, complete: bool, errors: &mut Errors) {
        self.check_each(errors);
        queue(self, complete && self.policy.is_none(), errors);
    }

    fn check_place(&self, place: &Place, errors: &mut Errors) {
        if !place.is_async {
            slot_is_held(self, place.below, errors);
        }
    }
}

/// `max_queue` and `max_wait` must not contradict each other.
fn queue(bulkhead: &Bulkhead, defaults: bool, errors: &mut Errors) {
    let Some(Setting { value_span, .. }) = &bulkhead.max_queue else { return };
    let Some(wait) = effective(bulkhead.max_wait.as_ref(), defaults.then_some(MAX_WAIT)) else { return };
    let (span, nobody) = (*value_span, matches!(literal(bulkhead.max_queue.as_ref()), Some(Literal { value: 0, .. })));
    if nobody && !wait.is_zero() {
        let message =
            "with `max_queue = 0` nobody waits, however long `max_wait` is: remove it, or write `max_wait = 0s`";
        errors.at(span, message);
    } else if !nobody && wait.is_zero() {
        let message = "nobody queues without a time to wait: write `max_wait = 1s`, or remove `max_queue`";
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
