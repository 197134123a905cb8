//! Rules about `#[adaptive_throttle]`.

use std::time::Duration;

use resilient_rules::adaptive_throttle::{SHORT_WINDOW, SHORTEST_WINDOW};

use super::model::AdaptiveThrottle;
use crate::diagnostics::Errors;
use crate::facts::{Facts, HasFacts, Named, State};
use crate::model::{Setting, Value};
use crate::settings::Table;
use crate::validate::rules::{Checked, Place, Rules};
use crate::validate::setting::{Literal, literal};

impl Rules for AdaptiveThrottle {
    fn check(&self, _: bool, errors: &mut Errors) {
        self.check_each(errors);
    }

    fn check_place(&self, place: &Place, errors: &mut Errors) {
        one_of_its_own(self, place, errors);
    }
}

/// Two that are the function's own have one name, and each sheds what the other has let through.
fn one_of_its_own(throttle: &AdaptiveThrottle, place: &Place, errors: &mut Errors) {
    let is_own = |facts: &Facts| matches!(facts.state, State::Own);
    let is_another = |it: &Checked| it.complete && it.facts.name == AdaptiveThrottle::NAME && is_own(it.facts);
    if place.complete && is_own(&throttle.facts()) && place.above.iter().any(is_another) {
        let message = "an `adaptive_throttle` without a name is already above: give this one a name, as in \
                       `name = \"search\"`, or remove it";
        errors.at(throttle.span, message);
    }
}

/// Refuses a window that has no ten slices of a millisecond.
pub(super) fn at_least_shortest(setting: &Setting<Value<Duration>>, errors: &mut Errors) {
    if let Some(Literal { value, span, .. }) = literal(Some(setting))
        && value < SHORTEST_WINDOW
    {
        errors.at(span, format!("{SHORT_WINDOW}: write `window = 2min`"));
    }
}
