//! What `#[adaptive_throttle]` says, once parsed.

use std::time::Duration;

use quote::ToTokens;
use resilient_rules::adaptive_throttle;
pub(crate) use resilient_rules::adaptive_throttle::{MAX_SHARE, MIN_CALLS, RATIO, WINDOW};
use resilient_rules::refusal::Refusal;

use super::synonyms::SYNONYMS;
use super::validate::at_least_shortest;
use crate::facts::filters::Filters;
use crate::facts::needs::Needs;
use crate::facts::{Facts, HandleFacts, HasFacts, MadeRefusal, State};
use crate::model::{EVERY_ERROR, Name, Value};
use crate::parse::filter::{Matching, Predicate};
use crate::parse::value::{Callable, PolicyExpr};
use crate::settings::{Table, settings};
use crate::validate::setting::{self, at_least_one, growth, share};

settings! {
    AdaptiveThrottle, SYNONYMS, held;
    /// Without one the function has a throttle of its own.
    name: Name, setting::name;
    policy: PolicyExpr;
    ratio: Value<f64> = RATIO, growth(adaptive_throttle::ratio);
    window: Value<Duration> = WINDOW, at_least_shortest;
    min_calls: Value<u32> = MIN_CALLS, at_least_one(10);
    max_share: Value<f64> = MAX_SHARE, share;
    failure_on: Matching => Self::default_filter;
    failure_if: Predicate;
    failure_if_ok: Callable;
    failure_if_result: Callable;
    map_err: Callable;
}

impl AdaptiveThrottle {
    /// The default depends on the other filters.
    fn default_filter(&self) -> Option<&'static str> {
        (self.failure_if.is_none() && self.failure_if_result.is_none()).then_some(EVERY_ERROR)
    }

    /// Whether this place gives the throttle its settings; otherwise it says only which one.
    pub(crate) fn gives_settings(&self) -> bool {
        self.held.is_none() && (self.name.is_none() || self.gives_policy())
    }

    /// Which outcomes are failures.
    pub(crate) fn filters(&self) -> Filters<'_> {
        Filters {
            on: self.failure_on.as_ref(),
            predicate: self.failure_if.as_ref(),
            ok: self.failure_if_ok.as_ref(),
            result: self.failure_if_result.as_ref(),
        }
    }
}

impl HasFacts for AdaptiveThrottle {
    fn facts(&self) -> Facts<'_> {
        let filters = self.filters();
        let needs = Needs::join([filters.needs(), Needs::of_held(self.held.as_ref())]);
        Facts {
            refusal: Some(MadeRefusal {
                refusal: Refusal::Shed,
                is_made: true,
                map_err: self.map_err.as_ref(),
                maker: "`adaptive_throttle` can refuse a call",
            }),
            state: State::of(self.held.as_ref(), self.name.as_ref()).unwrap_or(State::Own),
            handle: Some(HandleFacts {
                state_settings: self.state_settings(),
                call_settings: self.call_settings(),
                name: self.name.as_ref(),
            }),
            looks_at_errors: filters.looking_at_errors().collect(),
            judges_failures: true,
            needs: needs.clone(),
            holds: needs,
            constants: self.constants(),
            evaluates: self.held.iter().map(|held| held as &dyn ToTokens).chain(self.evaluated_in_calls()).collect(),
            ..Facts::new::<Self>(self.span)
        }
    }
}
