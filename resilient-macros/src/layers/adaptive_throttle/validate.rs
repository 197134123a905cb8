//! Rules about `#[adaptive_throttle]`.

use std::time::Duration;

use super::model::{AdaptiveThrottle, SHORTEST_WINDOW};
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

/// Refuses a ratio by which calls would be shed although all are accepted.
pub(super) fn at_least_the_accepted(setting: &Setting<Value<f64>>, errors: &mut Errors) {
    let Some(Literal { value, span, .. }) = literal(Some(setting)) else { return };
    if !value.is_finite() {
        errors.at(span, "`ratio` is too large: write `ratio = 2.0`");
    } else if value < 1.0 {
        let message = "`ratio` must be at least 1, or calls would be shed although each is accepted: write \
                       `ratio = 2.0`";
        errors.at(span, message);
    }
}

/// Refuses a window that has no ten slices of a millisecond.
pub(super) fn at_least_shortest(setting: &Setting<Value<Duration>>, errors: &mut Errors) {
    if let Some(Literal { value, span, .. }) = literal(Some(setting))
        && value < SHORTEST_WINDOW
    {
        errors.at(span, "`window` must be at least 10ms: write `window = 2min`");
    }
}
