//! What `#[retry]` says, once parsed.

use std::time::Duration;

use proc_macro2::{Ident, TokenStream};
use resilient_rules::refusal::Refusal;
use resilient_rules::retry;
pub(crate) use resilient_rules::retry::{BASE_DELAY, EXPONENTIAL_BASE, MAX_ATTEMPTS, MAX_DELAY, MAX_RETRY_AFTER};
use syn::{Expr, ExprLit, Lit};

use super::synonyms::SYNONYMS;
use super::values::{
    Backoff, DeadlineAbove, Exhausted, Formula, Jitter, MaxAttempts, Pauses, Refusals, default_refusals,
};
use crate::budget::given::{self as budget, Budget};
use crate::diagnostics::Errors;
use crate::facts::filters::Filters;
use crate::facts::needs::Needs;
use crate::facts::{ActsOnRefusals, BUDGET, Bound, Facts, HasFacts, MadeRefusal, Runs, State};
use crate::model::{EVERY_ERROR, Setting, Value};
use crate::parse::filter::{Matching, Predicate};
use crate::parse::value::{Callable, PolicyExpr};
use crate::settings::{Table, settings};
use crate::validate::setting::{growth, key, longer_than_zero};

settings! {
    Retry, SYNONYMS;
    policy: PolicyExpr;
    max_attempts: MaxAttempts = MAX_ATTEMPTS;
    backoff: Backoff = Backoff::Formula(Formula::Exponential);
    base_delay: Value<Duration> => Self::default_base_delay;
    max_delay: Value<Duration> = MAX_DELAY;
    exponential_base: Value<f64> => Self::default_exponential_base, growth(retry::exponential_base);
    jitter: Jitter => Self::default_jitter;
    max_elapsed: Value<Duration>, longer_than_zero("1min");
    deadline: DeadlineAbove;
    retry_on: Matching => Self::default_filter;
    retry_if: Predicate;
    retry_if_ok: Callable;
    retry_if_result: Callable;
    retry_after: Callable;
    retry_after_ok: Callable;
    max_retry_after: Value<Duration> => Self::default_max_retry_after, longer_than_zero("5min");
    retry_refused: Refusals = default_refusals();
    idempotent: Expr, not_always;
    unsent_on: Matching;
    budget: Budget, budget::check;
    on_retry: Callable;
    on_give_up: Callable;
    exhausted: Exhausted = Exhausted::LastError;
    map_err: Callable;
    bind: Ident;
}

/// Refuses a call that can always be repeated.
fn not_always(idempotent: &Setting<Expr>, errors: &mut Errors) {
    if let Expr::Lit(ExprLit { lit: Lit::Bool(always), .. }) = &idempotent.value
        && always.value
    {
        let message = "without this setting, every call may be repeated: remove it, or write which may, as in \
                       `idempotent = request.is_get()`";
        errors.at(idempotent.value_span, message);
    }
}

/// The defaults that depend on other settings.
impl Retry {
    /// A list and a function do without it.
    fn default_base_delay(&self) -> Option<Duration> {
        self.formula().map(|_| BASE_DELAY)
    }

    fn default_exponential_base(&self) -> Option<f64> {
        (self.formula() == Some(Formula::Exponential)).then_some(EXPONENTIAL_BASE)
    }

    fn default_jitter(&self) -> Option<&'static str> {
        match self.formula() {
            None => Some("none"),
            Some(Formula::Decorrelated) => None,
            Some(_) => Some("full"),
        }
    }

    fn default_filter(&self) -> Option<&'static str> {
        (self.retry_if.is_none() && self.retry_if_result.is_none()).then_some(EVERY_ERROR)
    }

    fn default_max_retry_after(&self) -> Option<Duration> {
        self.asks().then_some(MAX_RETRY_AFTER)
    }
}

impl Retry {
    /// The formula of the delays, if it is one, where a policy says nothing else.
    pub(crate) fn formula(&self) -> Option<Formula> {
        self.backoff.as_ref().map_or(Some(Formula::Exponential), |backoff| backoff.value.formula())
    }

    /// The list of the delays, if it is one.
    pub(crate) fn pauses(&self) -> Option<&Pauses> {
        match self.backoff.as_ref().map(|backoff| &backoff.value) {
            Some(Backoff::List(pauses)) => Some(pauses),
            _ => None,
        }
    }

    /// What computes the delays in each call.
    pub(crate) fn computed_backoff(&self) -> Option<TokenStream> {
        self.backoff.as_ref().and_then(|backoff| backoff.value.computed(&backoff.key))
    }

    /// Which outcomes are worth another attempt.
    pub(crate) fn filters(&self) -> Filters<'_> {
        Filters {
            on: self.retry_on.as_ref(),
            predicate: self.retry_if.as_ref(),
            ok: self.retry_if_ok.as_ref(),
            result: self.retry_if_result.as_ref(),
        }
    }

    /// Whether nothing looks at an outcome but the policy and a filter of errors, and no budget is asked.
    pub(crate) fn looks_at_errors_alone(&self) -> bool {
        let Self { policy, retry_if_ok, retry_if_result, on_retry, on_give_up, idempotent, .. } = self;
        let callables = [retry_if_ok, retry_if_result, on_retry, on_give_up];
        // A policy may have functions.
        let has_none = policy.is_none() && idempotent.is_none() && callables.iter().all(|setting| setting.is_none());
        has_none && self.budget.is_none() && self.computed_backoff().is_none() && !self.asks() && !self.wraps()
    }

    /// Whether the callee may ask for a delay.
    pub(crate) const fn asks(&self) -> bool {
        self.retry_after.is_some() || self.retry_after_ok.is_some()
    }

    /// Whether a success may be worth another attempt.
    pub(crate) const fn repeats_successes(&self) -> bool {
        self.retry_if_ok.is_some() || self.retry_if_result.is_some()
    }

    pub(crate) fn wraps(&self) -> bool {
        self.exhausted.as_ref().is_some_and(|exhausted| exhausted.value == Exhausted::Wrap)
    }

    /// Whether a refusal from below is worth another attempt.
    fn retries(&self, refusal: Refusal) -> bool {
        match &self.retry_refused {
            Some(named) => named.value.contains(&refusal) || refusal == Refusal::RetriesExhausted,
            // A policy may say so.
            None => refusal.is_retried_by_default() || self.policy.is_some(),
        }
    }

    fn acts_on_refusals(&self) -> Option<ActsOnRefusals> {
        (!self.repeats_successes()).then(|| ActsOnRefusals {
            which: Refusal::ALL.iter().copied().filter(|refusal| self.retries(*refusal)).collect(),
            message: "this `retry` never acts, since the function returns no `Result` and nothing below refuses a \
                      call that it would retry: return a `Result`, or say which values are worth another attempt by \
                      `retry_if_ok = …`",
        })
    }
}

impl HasFacts for Retry {
    fn facts(&self) -> Facts<'_> {
        let others = [key(self.retry_after.as_ref()), key(self.unsent_on.as_ref())];
        Facts {
            refusal: Some(MadeRefusal {
                refusal: Refusal::RetriesExhausted,
                is_made: self.wraps(),
                map_err: self.map_err.as_ref(),
                maker: "`exhausted = wrap` gives an error",
            }),
            looks_at_errors: self.filters().looking_at_errors().chain(others.into_iter().flatten()).collect(),
            acts_on_refusals: self.acts_on_refusals(),
            judges_failures: true,
            state: self.budget.as_ref().map_or(State::None, |budget| budget.value.state()),
            state_type: BUDGET,
            holds: Needs::of_held(self.budget.as_ref().and_then(|budget| budget.value.held())),
            constants: self
                .budget
                .as_ref()
                .and_then(|it| it.value.settings())
                .map(Table::constants)
                .unwrap_or_default(),
            runs: Runs::InTurn,
            needs: Needs::Everything,
            binds: self.bind.iter().map(|bind| Bound::Attempt(&bind.value)).collect(),
            evaluates: self.evaluated(),
            ..Facts::new::<Self>(self.span)
        }
    }
}
