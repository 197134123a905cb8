//! Rules about `#[bulkhead]`.

use crate::diagnostics::Errors;
use crate::model::Bulkhead;
use crate::validate::setting::{Literal, at_least_one, literal, name};

pub(super) fn check(bulkhead: &Bulkhead, defaults: bool, errors: &mut Errors) {
    if let Some(given) = &bulkhead.name {
        name(given, errors);
    }
    if defaults && bulkhead.name.is_none() && bulkhead.max_concurrent.is_none() {
        errors.at(bulkhead.span, "`bulkhead` needs a limit: write `#[bulkhead(max_concurrent = 10)]`");
    }
    at_least_one(&[(&bulkhead.max_concurrent, 10)], errors);
    queue(bulkhead, errors);
}

/// How many may wait and how long must not deny each other.
fn queue(bulkhead: &Bulkhead, errors: &mut Errors) {
    let Some(Literal { value: places, span, .. }) = literal(bulkhead.max_queue.as_ref()) else { return };
    let Some(Literal { value: wait, .. }) = literal(bulkhead.max_wait.as_ref()) else { return };
    if places == 0 && !wait.is_zero() {
        let message = "with `max_queue = 0` nobody waits, however long `max_wait` is: remove it, or write `max_wait = 0s`";
        errors.at(span, message);
    } else if places > 0 && wait.is_zero() {
        errors.at(span, "with `max_wait = 0s` nobody waits, so there is no queue: remove it, or write a longer `max_wait`");
    }
}
