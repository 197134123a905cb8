//! What `#[bulkhead]` says, once parsed.

use std::time::Duration;

use proc_macro2::Ident;
use quote::ToTokens;
pub(crate) use resilient_rules::bulkhead::{MAX_CONCURRENT, MAX_WAIT};
use resilient_rules::refusal::Refusal;
use syn::Expr;

use super::concurrency::Concurrency;
use super::synonyms::SYNONYMS;
use super::threads;
use super::validate::possible;
use super::values::Threads;
use crate::facts::filters::Filters;
use crate::facts::keys::Keys;
use crate::facts::needs::Needs;
use crate::facts::{Facts, HandleFacts, HasFacts, MadeRefusal, State};
use crate::model::{Name, Setting, Value};
use crate::parse::filter::{Matching, Predicate};
use crate::parse::value::{Callable, MaxWait, PolicyExpr};
use crate::per_key::{Idle, MaxKeys, idle, max_keys};
use crate::settings::{Part, Table, settings};
use crate::validate::keys::varies;
use crate::validate::setting::{self, at_least_one, longer_than_zero};

settings! {
    Bulkhead, SYNONYMS, held;
    /// Without one the function has a bulkhead of its own.
    name: Name, setting::name;
    policy: PolicyExpr;
    max_concurrent: Concurrency => Self::default_max_concurrent, possible;
    /// A number, or the word alone where the settings are given elsewhere.
    threads: Threads, Threads::check;
    max_wait: MaxWait => |it: &Self| Some(it.default_max_wait());
    max_queue: Value<u32> => Self::default_max_queue;
    keep_alive: Value<Duration> => Self::default_keep_alive;
    overload_after: Value<Duration>, longer_than_zero("1s");
    overload_on: Matching;
    overload_if: Predicate;
    overload_if_ok: Callable;
    overload_if_result: Callable;
    key: Expr, varies;
    max_keys: MaxKeys => |it: &Self| max_keys(it.key.as_ref()), at_least_one(10_000);
    idle: Idle => |it: &Self| idle(it.key.as_ref()), longer_than_zero("10min");
    map_err: Callable;
}

impl Bulkhead {
    /// The settings of state per key.
    pub(super) fn keys(&self) -> Keys<'_> {
        let (key, most, idle) = (self.key.as_ref(), self.max_keys.as_ref(), self.idle.as_ref());
        Keys { key, most, idle, policy: "BulkheadPolicy", state_type: "Bulkheads" }
    }

    const fn default_max_concurrent(&self) -> Option<u32> {
        if self.has_threads() { None } else { Some(MAX_CONCURRENT) }
    }

    pub(super) const fn default_max_wait(&self) -> Duration {
        if self.has_threads() { threads::MAX_WAIT } else { MAX_WAIT }
    }

    const fn default_max_queue(&self) -> Option<u32> {
        if self.has_threads() { Some(threads::MAX_QUEUE) } else { None }
    }

    const fn default_keep_alive(&self) -> Option<Duration> {
        if self.has_threads() { Some(threads::KEEP_ALIVE) } else { None }
    }

    /// Whether the body runs on threads of the bulkhead.
    pub(crate) const fn has_threads(&self) -> bool {
        self.threads.is_some()
    }

    /// Which outcomes are signs of overload.
    pub(crate) fn filters(&self) -> Filters<'_> {
        Filters {
            on: self.overload_on.as_ref(),
            predicate: self.overload_if.as_ref(),
            ok: self.overload_if_ok.as_ref(),
            result: self.overload_if_result.as_ref(),
        }
    }

    /// The filter that was given first.
    pub(super) fn first_filter(&self) -> Option<&Ident> {
        let filters = self.filters();
        filters.of_errors().map(|it| &it.key).or(filters.ok.map(|it| &it.key)).or(filters.result.map(|it| &it.key))
    }

    /// Whether this place says that the limit stays.
    pub(crate) fn is_fixed(&self) -> bool {
        let is_adaptive = self.max_concurrent.as_ref().is_some_and(|it| matches!(it.value, Concurrency::Adaptive(_)));
        self.gives_settings() && self.policy.is_none() && !is_adaptive
    }

    /// Whether this place gives the bulkhead its settings; otherwise it says only which one.
    pub(crate) fn gives_settings(&self) -> bool {
        self.held.is_none() && (self.name.is_none() || self.gives_any())
    }

    /// Whether it gives any setting of the bulkhead but its name. The word `threads` alone is none.
    fn gives_any(&self) -> bool {
        Table::keys(self).into_iter().any(|(part, key)| part == Part::Policy && !self.is_word(key))
    }

    fn is_word(&self, key: &Ident) -> bool {
        matches!(&self.threads, Some(Setting { key: threads, value: Threads::Elsewhere, .. }) if threads == key)
    }

    /// The runtime's type of its state.
    const fn type_name(&self) -> &'static str {
        if self.has_threads() { "ThreadBulkhead" } else { "Bulkhead" }
    }

    /// How many calls it lets through at once, if that is known.
    fn at_once(&self) -> Option<u32> {
        let threads = || self.threads.as_ref().and_then(|it| it.value.known());
        self.max_concurrent.as_ref().and_then(|it| it.value.known()).or_else(threads)
    }

    /// The expression that says which one, if it is not the function's own.
    pub(crate) fn state(&self) -> Option<&Expr> {
        self.held.as_ref().or(self.name.as_ref().map(|name| &name.value.expr))
    }
}

impl HasFacts for Bulkhead {
    fn facts(&self) -> Facts<'_> {
        let filters = self.filters();
        let held = Needs::of_held(self.keys().held_by_body(self.held.as_ref()));
        let needs = Needs::join([filters.needs(), held]);
        let facts = Facts {
            refusal: Some(MadeRefusal {
                refusal: Refusal::BulkheadFull,
                is_made: true,
                map_err: self.map_err.as_ref(),
                maker: "`bulkhead` can refuse a call",
            }),
            state: State::of(self.held.as_ref(), self.name.as_ref()).unwrap_or(State::Own),
            handle: Some(HandleFacts {
                state_settings: self.state_settings().into_iter().filter(|key| !self.is_word(key)).collect(),
                call_settings: self.call_settings(),
                name: self.name.as_ref(),
            }),
            // Attempts that have different keys do not share its slots.
            at_once: self.at_once().filter(|_| self.key.is_none()),
            looks_at_errors: filters.looking_at_errors().collect(),
            needs: needs.clone(),
            holds: needs,
            type_name: self.type_name(),
            state_type: self.type_name(),
            runs_on_threads: self.has_threads(),
            constants: self.constants(),
            evaluates: self.held.iter().map(|held| held as &dyn ToTokens).chain(self.evaluated_in_calls()).collect(),
            ..Facts::new::<Self>(self.span)
        };
        // One with threads is one for all keys.
        if self.has_threads() { facts } else { facts.with_keys(self.keys()) }
    }
}
