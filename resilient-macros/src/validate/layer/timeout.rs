//! Rules about `#[timeout]`.

use std::time::Duration;

use crate::diagnostics::Errors;
use crate::model::Timeout;
use crate::validate::setting::{Literal, literal, longer_than_zero, without_limit};

pub(super) fn check(timeout: &Timeout, complete: bool, errors: &mut Errors) {
    if complete && timeout.policy.is_none() && timeout.duration.is_none() {
        errors.at(timeout.span, "`timeout` needs a duration: write `#[timeout(2s)]`");
    }
    if let Some(Literal { value: Duration::ZERO, span, .. }) = literal(timeout.duration.as_ref()) {
        errors.at(span, "a timeout of zero expires before anything can run: write `#[timeout(2s)]`");
    }
    if let Some(word) = without_limit(timeout.duration.as_ref()) {
        errors.over(word, "a `timeout` without a limit never acts: remove it, or write `#[timeout(2s)]`");
    }
    longer_than_zero(&[(&timeout.step, "1s")], errors);
}
