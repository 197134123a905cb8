//! What `#[rate_limit]` says, once parsed.

use std::time::Duration;

use proc_macro2::Ident;
use quote::ToTokens;
pub(crate) use resilient_rules::rate_limit::{COST, DEFAULT_RETRY_AFTER, MAX_RETRY_AFTER, MAX_WAIT, PER};
use resilient_rules::refusal::Refusal;
use syn::Expr;

use super::synonyms::SYNONYMS;
use super::validate::{a_number_of_permits, of_the_error_alone};
use super::values::Cost;
use crate::facts::filters::Filters;
use crate::facts::keys::Keys;
use crate::facts::needs::Needs;
use crate::facts::{Facts, HandleFacts, HasFacts, MadeRefusal, State};
use crate::model::{Name, Value};
use crate::parse::filter::{Matching, Predicate};
use crate::parse::value::{Callable, MaxWait, PolicyExpr};
use crate::per_key::{Idle, MaxKeys, idle, max_keys};
use crate::settings::{Table, settings};
use crate::validate::keys::varies;
use crate::validate::setting::{self, at_least_one, key, longer_than_zero};

settings! {
    RateLimiter, SYNONYMS, held;
    /// Without one the function has a rate limit of its own.
    name: Name, setting::name;
    policy: PolicyExpr;
    permits: Value<u32>, a_number_of_permits;
    per: Value<Duration> => Self::default_per, longer_than_zero("1s");
    burst: Value<u32>, at_least_one(20);
    cost: Cost = COST, at_least_one(1);
    max_wait: MaxWait = MAX_WAIT;
    max_queue: Value<u32>;
    paused_on: Matching;
    paused_if: Predicate;
    paused_if_ok: Callable;
    retry_after: Callable, of_the_error_alone;
    retry_after_ok: Callable;
    default_retry_after: Value<Duration> => Self::usual_retry_after, longer_than_zero("30s");
    max_retry_after: Value<Duration> => Self::longest_retry_after, longer_than_zero("5min");
    key: Expr, varies;
    max_keys: MaxKeys => |it: &Self| max_keys(it.key.as_ref()), at_least_one(10_000);
    idle: Idle => |it: &Self| idle(it.key.as_ref()), longer_than_zero("10min");
    map_err: Callable;
}

/// The defaults that depend on other settings.
impl RateLimiter {
    fn default_per(&self) -> Option<Duration> {
        self.permits.as_ref().map(|_| PER)
    }

    fn usual_retry_after(&self) -> Option<Duration> {
        self.pauses().then_some(DEFAULT_RETRY_AFTER)
    }

    fn longest_retry_after(&self) -> Option<Duration> {
        self.pauses().then_some(MAX_RETRY_AFTER)
    }
}

impl RateLimiter {
    /// The settings of state per key.
    pub(super) fn keys(&self) -> Keys<'_> {
        let (key, most, idle) = (self.key.as_ref(), self.max_keys.as_ref(), self.idle.as_ref());
        Keys { key, most, idle, policy: "RateLimitPolicy", state_type: "RateLimiters" }
    }

    /// Whether this place gives the rate limit its settings; otherwise it says only which one.
    pub(crate) fn gives_settings(&self) -> bool {
        self.held.is_none() && (self.name.is_none() || self.gives_policy())
    }

    /// The expression that says which one, if it is not the function's own.
    pub(crate) fn state(&self) -> Option<&Expr> {
        self.held.as_ref().or(self.name.as_ref().map(|name| &name.value.expr))
    }

    /// Which outcomes stop everybody.
    pub(crate) fn filters(&self) -> Filters<'_> {
        Filters {
            on: self.paused_on.as_ref(),
            predicate: self.paused_if.as_ref(),
            ok: self.paused_if_ok.as_ref(),
            result: None,
        }
    }

    /// Whether any outcome stops everybody.
    pub(crate) fn pauses(&self) -> bool {
        self.filters().of_errors().is_some() || self.paused_if_ok.is_some()
    }

    /// The settings that look at errors.
    fn looking_at_errors(&self) -> Vec<&Ident> {
        self.filters().looking_at_errors().chain(key(self.retry_after.as_ref())).collect()
    }

    /// The arguments that are needed once the body has run.
    fn needs(&self) -> Needs {
        let asked = [&self.retry_after, &self.retry_after_ok].map(|asked| Needs::of_setting(asked.as_ref()));
        Needs::join(
            [self.filters().needs(), Needs::of_held(self.keys().held_by_body(self.held.as_ref()))]
                .into_iter()
                .chain(asked),
        )
    }
}

impl HasFacts for RateLimiter {
    fn facts(&self) -> Facts<'_> {
        let needs = self.needs();
        Facts {
            refusal: Some(MadeRefusal {
                refusal: Refusal::RateLimited,
                is_made: true,
                map_err: self.map_err.as_ref(),
                maker: "`rate_limit` can refuse a call",
            }),
            state: State::of(self.held.as_ref(), self.name.as_ref()).unwrap_or(State::Own),
            handle: Some(HandleFacts {
                state_settings: self.state_settings(),
                call_settings: self.call_settings(),
                name: self.name.as_ref(),
            }),
            looks_at_errors: self.looking_at_errors(),
            needs: needs.clone(),
            holds: needs,
            constants: self.constants(),
            evaluates: self.held.iter().map(|held| held as &dyn ToTokens).chain(self.evaluated_in_calls()).collect(),
            ..Facts::new::<Self>(self.span)
        }
        .with_keys(self.keys())
    }
}
