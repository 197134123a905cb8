//! What `#[hedge]` says, once parsed.

use proc_macro2::Ident;
use quote::ToTokens;

use super::synonyms::SYNONYMS;
use super::values::{Budget, Delay, Over};
use crate::facts::filters::Filters;
use crate::facts::needs::Needs;
use crate::facts::refusal::Refusal;
use crate::facts::{Bound, Facts, HandleFacts, HasFacts, MadeRefusal, Runs, State};
use crate::model::{EVERY_ERROR, Name, Value};
use crate::parse::filter::{Matching, Predicate};
use crate::parse::value::{Callable, PolicyExpr};
use crate::settings::{Table, settings};
use crate::validate::setting::{self, at_least_one};

// Defaults. The runtime's policies start from the same values; a test of the facade compares the two.
pub(crate) const MAX_HEDGES: u32 = 1;
pub(crate) const BUDGET: &str = "share = 0.1, min_per_second = 1";

settings! {
    Hedge, SYNONYMS, held;
    /// Without one the function has a hedge of its own.
    name: Name, setting::name;
    policy: PolicyExpr;
    delay: Delay;
    max_hedges: Value<u32> = MAX_HEDGES, at_least_one(1);
    budget: Budget = BUDGET, Budget::check;
    over: Over;
    hedge_on: Matching => Self::default_filter;
    hedge_if: Predicate;
    on_hedge: Callable;
    map_err: Callable;
    bind: Ident;
}

impl Hedge {
    fn default_filter(&self) -> Option<&'static str> {
        self.hedge_if.is_none().then_some(EVERY_ERROR)
    }

    /// Whether this place gives the hedge its settings; otherwise it says only which one.
    pub(crate) fn gives_settings(&self) -> bool {
        self.held.is_none() && (self.name.is_none() || self.gives_policy())
    }

    /// After which errors another attempt starts.
    pub(crate) fn filters(&self) -> Filters<'_> {
        Filters { on: self.hedge_on.as_ref(), predicate: self.hedge_if.as_ref(), ok: None, result: None }
    }
}

impl HasFacts for Hedge {
    fn facts(&self) -> Facts<'_> {
        let item = self.over.iter().map(|over| Bound::Item(&over.value.name, &over.value.items));
        Facts {
            refusal: Some(MadeRefusal {
                refusal: Refusal::NoItems,
                is_made: self.over.is_some(),
                map_err: self.map_err.as_ref(),
                maker: "`hedge` refuses a call when `over` has no items",
            }),
            state: State::of(self.held.as_ref(), self.name.as_ref()).unwrap_or(State::Own),
            handle: Some(HandleFacts {
                state_settings: self.state_settings(),
                call_settings: self.call_settings(),
                name: self.name.as_ref(),
            }),
            looks_at_errors: self.filters().looking_at_errors().collect(),
            judges_failures: true,
            runs: Runs::AtOnce,
            needs: Needs::Everything,
            binds: self.bind.iter().map(|bind| Bound::Attempt(&bind.value)).chain(item).collect(),
            constants: self.constants(),
            evaluates: self.held.iter().map(|held| held as &dyn ToTokens).chain(self.evaluated_in_calls()).collect(),
            ..Facts::new::<Self>(self.span)
        }
    }
}
