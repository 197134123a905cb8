//! Rules about `#[bulkhead]`.

use crate::defaults::bulkhead::MAX_WAIT;
use crate::defaults::effective;
use crate::diagnostics::Errors;
use crate::model::{Bulkhead, Setting};
use crate::validate::setting::{Literal, at_least_one, literal, name};

pub(super) fn check(bulkhead: &Bulkhead, complete: bool, errors: &mut Errors) {
    if let Some(given) = &bulkhead.name {
        name(given, errors);
    }
    at_least_one(&[(&bulkhead.max_concurrent, 10)], errors);
    queue(bulkhead, complete && bulkhead.policy.is_none(), errors);
}

/// How many may wait and how long must not deny each other.
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
