//! What `#[hedge]` says, once parsed.

use proc_macro2::Ident;
use quote::ToTokens;
pub(crate) use resilient_rules::hedge::MAX_HEDGES;
use resilient_rules::refusal::Refusal;
use syn::Expr;

use super::synonyms::SYNONYMS;
use super::values::{Budget, Delay, Over};
use crate::budget::given;
use crate::facts::filters::Filters;
use crate::facts::needs::Needs;
use crate::facts::{Bound, Facts, HandleFacts, HasFacts, MadeRefusal, Runs, State};
use crate::model::{EVERY_ERROR, Name, Setting, Value};
use crate::parse::filter::{Matching, Predicate};
use crate::parse::value::{Callable, PolicyExpr};
use crate::settings::{Table, settings};
use crate::validate::setting::{self, at_least_one};

// Defaults. The runtime's policies start from the same values; a test of the facade compares the two.
pub(crate) const BUDGET: &str = "share = 0.1, min_per_second = 1";

settings! {
    Hedge, SYNONYMS, held;
    /// Without one the function has a hedge of its own.
    name: Name, setting::name;
    policy: PolicyExpr;
    delay: Delay;
    max_hedges: Value<u32> = MAX_HEDGES, at_least_one(1);
    budget: Budget => Self::default_budget, Budget::check;
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

    fn default_budget(&self) -> Option<&'static str> {
        self.gives_settings().then_some(BUDGET)
    }

    /// Whether this place gives the hedge its settings; otherwise it says only which one.
    pub(crate) fn gives_settings(&self) -> bool {
        self.held.is_none() && (self.name.is_none() || self.gives_policy() || self.own_budget().is_some())
    }

    /// The settings of a budget that belongs to the hedge, or that there is none: a part of its policy.
    fn own_budget(&self) -> Option<&Setting<Budget>> {
        self.budget.as_ref().filter(|budget| budget.value.elsewhere().is_none())
    }

    /// The keys of the settings of its state, and those of calls.
    fn parts(&self) -> (Vec<&Ident>, Vec<&Ident>) {
        let (mut of_state, mut of_calls) = (self.state_settings(), self.call_settings());
        if let Some(Setting { key, .. }) = self.own_budget() {
            of_calls.retain(|call| *call != key);
            of_state.push(key);
        }
        (of_state, of_calls)
    }

    fn all_constants(&self) -> Vec<(&Ident, &Expr)> {
        let of_budget = self.budget.as_ref().and_then(|budget| match &budget.value {
            Budget::Given(given) => given.settings().map(Table::constants),
            Budget::Unlimited => None,
        });
        self.constants().into_iter().chain(of_budget.into_iter().flatten()).collect()
    }

    /// After which errors another attempt starts.
    pub(crate) fn filters(&self) -> Filters<'_> {
        Filters { on: self.hedge_on.as_ref(), predicate: self.hedge_if.as_ref(), ok: None, result: None }
    }
}

impl HasFacts for Hedge {
    fn facts(&self) -> Facts<'_> {
        let (state_settings, call_settings) = self.parts();
        let budget = self.budget.as_ref().and_then(|budget| budget.value.elsewhere());
        let item = self.over.iter().map(|over| Bound::Item(&over.value.name, &over.value.items));
        Facts {
            refusal: Some(MadeRefusal {
                refusal: Refusal::NoItems,
                is_made: self.over.is_some(),
                map_err: self.map_err.as_ref(),
                maker: "`hedge` refuses a call when `over` has no items",
            }),
            state: State::of(self.held.as_ref(), self.name.as_ref()).unwrap_or(State::Own),
            handle: Some(HandleFacts { state_settings, call_settings, name: self.name.as_ref() }),
            looks_at_errors: self.filters().looking_at_errors().collect(),
            judges_failures: true,
            runs: Runs::AtOnce,
            needs: Needs::Everything,
            binds: self.bind.iter().map(|bind| Bound::Attempt(&bind.value)).chain(item).collect(),
            budget: self.budget.as_ref().map_or(State::None, |budget| budget.value.state()),
            holds: Needs::of_held(budget.and_then(given::Budget::held)),
            constants: self.all_constants(),
            evaluates: self.held.iter().map(|held| held as &dyn ToTokens).chain(self.evaluated_in_calls()).collect(),
            ..Facts::new::<Self>(self.span)
        }
    }
}
