//! Rules about `#[bulkhead]`.

use super::model::{Bulkhead, MAX_WAIT};
use super::threads;
use crate::diagnostics::Errors;
use crate::model::effective;
use crate::settings::Table;
use crate::validate::rules::{Checked, Place, Rules};
use crate::validate::setting::queue;

impl Rules for Bulkhead {
    fn check(&self, complete: bool, errors: &mut Errors) {
        self.check_each(errors);
        threads::check(self, complete, errors);
        let default = (complete && self.policy.is_none() && !self.has_threads()).then_some(MAX_WAIT);
        queue(self.max_queue.as_ref(), effective(self.max_wait.as_ref(), default), errors);
    }

    fn check_place(&self, place: &Place, errors: &mut Errors) {
        threads::check_place(self, place, errors);
        if !place.is_async && !self.has_threads() {
            slot_is_held(self, place.below, errors);
        }
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
