//! Rules about `#[fallback]`.

use resilient_rules::stack::{ANSWER_NEVER_REACHED, FALLBACK_NEVER_REACHED, NO_ANSWER, hides_every_error};

use super::model::{Answer, Fallback};
use crate::diagnostics::Errors;
use crate::facts::answered::Answered;
use crate::validate::refused;
use crate::validate::rules::{Checked, Place, Rules};

impl Rules for Fallback {
    fn check(&self, complete: bool, errors: &mut Errors) {
        if complete && self.answers.is_empty() {
            let message = format!(
                "{NO_ANSWER}: write `#[fallback(function)]`, `#[fallback(|error| …)]`, `#[fallback(value = …)]` or \
                 `#[fallback(default)]`"
            );
            errors.at(self.span, message);
        }
        let certain = self.answers.iter().position(|answer| matches!(answer, Answer::Value(_) | Answer::Default(_)));
        if let Some(unreached) = certain.and_then(|index| self.answers.get(index + 1)) {
            match unreached {
                Answer::Path(expr) | Answer::Value(expr) => errors.over(expr, ANSWER_NEVER_REACHED),
                Answer::Closure(closure) => errors.over(closure, ANSWER_NEVER_REACHED),
                Answer::Default(span) => errors.at(*span, ANSWER_NEVER_REACHED),
            }
        }
    }

    fn check_place(&self, place: &Place, errors: &mut Errors) {
        if place.complete {
            leaves_errors(self, place, errors);
            is_reached(self, place.below, errors);
        }
        refused::occur(self.settings.fallback_refused.as_ref(), "fallback", place.below, errors);
    }
}

/// A fallback that answers every error hides all of them from what stands above, unless a refusal passes it.
fn leaves_errors(fallback: &Fallback, Place { above, below, .. }: &Place, errors: &mut Errors) {
    let blinded = above.iter().rev().map(|it| it.facts).find(|facts| facts.judges_failures);
    let mut answered = Answered::default();
    let refusals = below.iter().filter(|it| answered.passes(it.facts)).filter_map(|it| it.facts.made_refusal());
    let leaves_none = !refusals.into_iter().any(|refusal| fallback.leaves(refusal));
    if let (Some(blinded), true) = (blinded, fallback.answers_every_error() && leaves_none) {
        errors.at(fallback.span, hides_every_error(blinded.name, "fallback_on"));
    }
}

/// A fallback sees nothing of what one below has answered for certain, unless something between them refuses calls, or
/// it answers successes as well.
fn is_reached(fallback: &Fallback, below: &[Checked], errors: &mut Errors) {
    if fallback.answers_successes() {
        return;
    }
    for Checked { facts, complete } in below {
        if *complete && facts.answers.is_some_and(|it| it.every_error && it.certainly && it.refusals.is_none()) {
            errors.at(fallback.span, FALLBACK_NEVER_REACHED);
            return;
        }
        if facts.made_refusal().is_some() {
            return;
        }
    }
}
