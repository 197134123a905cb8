//! Rules about `#[timeout]`.

use resilient_rules::stack::{ADJACENT_TIMEOUTS, STEP_WITHOUT_RETRY};
use resilient_rules::timeout::zero;
use syn::Signature;

use super::model::Timeout;
use crate::diagnostics::Errors;
use crate::settings::Table;
use crate::validate::rules::{Checked, Place, Rules};
use crate::validate::setting::{Literal, key, literal, without_limit};

impl Rules for Timeout {
    fn check(&self, complete: bool, errors: &mut Errors) {
        if complete && self.policy.is_none() && self.duration.is_none() {
            errors.at(self.span, "`timeout` needs a duration: write `#[timeout(2s)]`");
        }
        if let Some(Literal { value, span, .. }) = literal(self.duration.as_ref())
            && let Some(fact) = zero(value)
        {
            errors.at(span, format!("{fact}: write `#[timeout(2s)]`"));
        }
        if let Some(word) = without_limit(self.duration.as_ref()) {
            errors.over(word, "a `timeout` without a limit never acts: remove it, or write `#[timeout(2s)]`");
        }
        self.check_each(errors);
    }

    fn check_place(&self, place: &Place, errors: &mut Errors) {
        not_adjacent(self, place.above, errors);
        step_has_retry(self, place.above, errors);
    }

    fn check_function(&self, sig: &Signature, errors: &mut Errors) {
        if sig.asyncness.is_some() {
            not_cooperative(self, errors);
        }
    }
}

fn not_adjacent(timeout: &Timeout, above: &[Checked], errors: &mut Errors) {
    if above.last().is_some_and(|it| it.facts.limits_time.is_some()) {
        errors.at(timeout.span, ADJACENT_TIMEOUTS);
    }
}

fn step_has_retry(timeout: &Timeout, above: &[Checked], errors: &mut Errors) {
    if let Some(step) = &timeout.step
        && !above.iter().any(|it| it.facts.repeats())
    {
        errors.at(step.key.span(), STEP_WITHOUT_RETRY);
    }
}

fn not_cooperative(timeout: &Timeout, errors: &mut Errors) {
    if let Some(word) = key(timeout.cooperative.as_ref()) {
        errors.at(
            word.span(),
            "the body of an async function is dropped at the deadline: remove `cooperative`, which is for sync ones",
        );
    }
}
