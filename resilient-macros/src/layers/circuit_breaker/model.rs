//! What `#[circuit_breaker]` says, once parsed.

use std::time::Duration;

use quote::ToTokens;
use resilient_rules::circuit_breaker;
pub(crate) use resilient_rules::circuit_breaker::{
    FAILURE_THRESHOLD, HALF_OPEN_MAX_CALLS, MAX_RECOVERY_TIMEOUT, MIN_CALLS_IN_TIME, PROBE_TIMEOUT, RECOVERY_TIMEOUT,
    SUCCESS_THRESHOLD, WINDOW,
};
use resilient_rules::refusal::Refusal;
use syn::Expr;

use super::synonyms::SYNONYMS;
use super::values::{OnStateChange, Window};
use crate::facts::filters::Filters;
use crate::facts::keys::Keys;
use crate::facts::needs::Needs;
use crate::facts::{Facts, HandleFacts, HasFacts, MadeRefusal, State};
use crate::model::{EVERY_ERROR, Name, Value, effective};
use crate::parse::filter::{Matching, Predicate};
use crate::parse::value::{Callable, PolicyExpr};
use crate::per_key::{Idle, MaxKeys, idle, max_keys};
use crate::settings::{Table, settings};
use crate::validate::keys::varies;
use crate::validate::setting::{self, at_least_one, growth, longer_than_zero, share};

settings! {
    CircuitBreaker, SYNONYMS, held;
    /// Every breaker has one, or is a handle or a value; without either it is an error.
    name: Name, setting::name;
    policy: PolicyExpr;
    failure_threshold: Value<u32> => Self::default_failure_threshold, at_least_one(5);
    failure_rate: Value<f64>, share;
    window: Window => Self::default_window;
    min_calls: Value<u32> => Self::default_min_calls, at_least_one(10);
    slow_call: Value<Duration>, longer_than_zero("2s");
    slow_call_rate: Value<f64>, share;
    recovery_timeout: Value<Duration> = RECOVERY_TIMEOUT, longer_than_zero("30s");
    recovery_backoff: Value<f64>, growth(circuit_breaker::recovery_backoff);
    max_recovery_timeout: Value<Duration> => Self::default_max_recovery_timeout, longer_than_zero("10min");
    half_open_max_calls: Value<u32> = HALF_OPEN_MAX_CALLS, at_least_one(3);
    probe_timeout: Value<Duration> => Self::default_probe_timeout, longer_than_zero("30s");
    success_threshold: Value<u32> = SUCCESS_THRESHOLD, at_least_one(2);
    on_state_change: OnStateChange;
    failure_on: Matching => Self::default_filter;
    failure_if: Predicate;
    failure_if_ok: Callable;
    failure_if_result: Callable;
    key: Expr, varies;
    max_keys: MaxKeys => |it: &Self| max_keys(it.key.as_ref()), at_least_one(10_000);
    idle: Idle => |it: &Self| idle(it.key.as_ref()), longer_than_zero("10min");
    map_err: Callable;
}

/// The defaults that depend on other settings.
impl CircuitBreaker {
    fn default_failure_threshold(&self) -> Option<u32> {
        self.failure_rate.is_none().then_some(FAILURE_THRESHOLD)
    }

    /// Only a rate looks at a window.
    fn default_window(&self) -> Option<u32> {
        self.has_rate().then_some(WINDOW)
    }

    fn default_min_calls(&self) -> Option<u32> {
        match self.window.as_ref().map(|window| &window.value) {
            _ if !self.has_rate() => None,
            Some(Window::Calls(calls)) => Some(*calls),
            Some(Window::Time(_)) => Some(MIN_CALLS_IN_TIME),
            Some(Window::Expr(_)) => None,
            None => Some(WINDOW),
        }
    }

    fn default_max_recovery_timeout(&self) -> Option<Duration> {
        self.recovery_backoff.as_ref().map(|_| MAX_RECOVERY_TIMEOUT)
    }

    fn default_probe_timeout(&self) -> Option<Duration> {
        let open = effective(self.recovery_timeout.as_ref(), Some(RECOVERY_TIMEOUT));
        open.map(|open| open.max(PROBE_TIMEOUT))
    }

    fn default_filter(&self) -> Option<&'static str> {
        (self.failure_if.is_none() && self.failure_if_result.is_none()).then_some(EVERY_ERROR)
    }
}

impl CircuitBreaker {
    /// The settings of state per key.
    pub(super) fn keys(&self) -> Keys<'_> {
        let (key, most, idle) = (self.key.as_ref(), self.max_keys.as_ref(), self.idle.as_ref());
        Keys { key, most, idle, policy: "BreakerPolicy", state_type: "CircuitBreakers" }
    }

    /// Whether this place gives the breaker its settings; otherwise it says only which one.
    pub(crate) fn gives_settings(&self) -> bool {
        self.held.is_none() && self.gives_policy()
    }

    pub(crate) const fn has_rate(&self) -> bool {
        self.failure_rate.is_some() || self.slow_call_rate.is_some()
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

impl HasFacts for CircuitBreaker {
    fn facts(&self) -> Facts<'_> {
        let filters = self.filters();
        let needs = Needs::join([filters.needs(), Needs::of_held(self.keys().held_by_body(self.held.as_ref()))]);
        Facts {
            refusal: Some(MadeRefusal {
                refusal: Refusal::CircuitOpen,
                is_made: true,
                map_err: self.map_err.as_ref(),
                maker: "`circuit_breaker` can refuse a call",
            }),
            state: State::of(self.held.as_ref(), self.name.as_ref()).unwrap_or(State::None),
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
        .with_keys(self.keys())
    }
}
