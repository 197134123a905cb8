//! A retry as a layer of a pipeline, and the attempts of one call.

use std::sync::Arc;
use std::time::Duration;

use crate::core::attempt::Attempt;
use crate::core::error::Failure;
use crate::core::name::Name;
use crate::core::span::AttemptSpan;
use crate::pipeline::filters::Filters;
use crate::pipeline::into_layer::Shared;
use crate::pipeline::reads::Reads;
use crate::retry::driver::{Next, Retrying};
use crate::retry::events::{GiveUpEvent, RetryEvent};
use crate::retry::policy::RetryPolicy;
use crate::retry::shows::NotShown;
use crate::retry::spending::Spending;
use crate::retry_budget::budget::RetryBudget;

/// What finds a delay in an outcome.
pub(super) type FindDelay<O> = Arc<dyn Fn(&O) -> Option<Duration> + Send + Sync>;
type OnRetry<E> = Arc<dyn Fn(&RetryEvent<'_, E>) + Send + Sync>;
type OnGiveUp<E> = Arc<dyn Fn(&GiveUpEvent<'_, E>) + Send + Sync>;

pub(super) struct RetryLayer<E, T> {
    pub(super) policy: RetryPolicy<E>,
    pub(super) filters: Filters<E, T>,
    pub(super) retry_after_ok: Option<FindDelay<T>>,
    pub(super) budget: Option<Shared<RetryBudget>>,
    // Observers of the user's, in place of those of the policy.
    pub(super) on_retry: Option<OnRetry<E>>,
    pub(super) on_give_up: Option<OnGiveUp<E>>,
}

/// The attempts of one call. Dropped during a delay, it gives back the token of the attempt that would follow.
pub(super) struct Attempts<'p> {
    retrying: Retrying<'p>,
    spending: Spending<'p>,
    current: Attempt,
}

impl Attempts<'_> {
    /// The number of the current one, counted from 1.
    #[inline]
    pub(super) const fn number(&self) -> u32 {
        self.current.number()
    }

    /// Another one begins, and uses up its token. This thread is in its span.
    pub(super) fn begin(&mut self) {
        self.spending.attempt();
        self.current = self.retrying.begin();
    }

    /// The span of the current one.
    #[inline]
    pub(super) const fn span(&self) -> &AttemptSpan {
        self.retrying.span()
    }

    /// Blocks the thread for a delay. Returns whether another attempt may begin.
    #[must_use]
    pub(super) fn sleep_blocking(&self, delay: Duration) -> bool {
        self.retrying.sleep_blocking(delay)
    }
}

impl<E, T> RetryLayer<E, T> {
    pub(super) fn new(policy: RetryPolicy<E>) -> Self {
        let filters = Filters::default();
        Self { policy, filters, retry_after_ok: None, budget: None, on_retry: None, on_give_up: None }
    }

    #[inline]
    pub(super) fn budget(&self) -> Option<&RetryBudget> {
        self.budget.as_deref()
    }

    /// Whether it looks at more than the errors of the operation.
    #[inline]
    pub(super) const fn looks_at_values(&self) -> bool {
        self.filters.looks_at_values()
    }

    /// Whether a success concerns it.
    #[inline]
    pub(super) fn minds_successes(&self) -> bool {
        self.looks_at_values() || self.budget().is_some_and(RetryBudget::earns_by_successes)
    }

    /// Whether it needs the type of values.
    pub(super) const fn needs_type(&self) -> bool {
        self.looks_at_values() || self.retry_after_ok.is_some()
    }

    /// The attempts of a call, of which the first begins.
    #[inline]
    pub(super) fn attempts(&self) -> Attempts<'_> {
        let mut retrying = Retrying::by(&self.policy, self.on_give_up.is_some());
        let current = retrying.begin();
        Attempts { retrying, spending: Spending::begin(self.budget()), current }
    }

    /// What follows an attempt, and its outcome. Notifies listeners.
    pub(super) fn next<K: Reads<T, O>, O>(
        &self,
        name: Name,
        attempts: &mut Attempts<'_>,
        outcome: Result<O, Failure<E>>,
    ) -> (Next, Result<O, Failure<E>>) {
        let Attempts { retrying, spending, current } = attempts;
        let (again, outcome) = self.filters.judge::<K, O>(outcome);
        let rules = self.policy.rules_for::<E>();
        let verdict = retrying.look(&outcome);
        let verdict = match again {
            Some(again) => verdict.retry_if_result(again),
            None => verdict.filtered_by(rules),
        };
        let verdict = verdict.delayed_by(rules, *current).retry_after_ok(|value| {
            let find = self.retry_after_ok.as_ref()?;
            K::value(value).and_then(|value| find(value))
        });
        let next = retrying.next(&verdict);
        let next = spending.next(retrying, next, outcome.is_ok());
        retrying.report(name, &outcome, &next, (rules, NotShown));
        (next, outcome)
    }

    /// Calls the observer before a delay: that of the layer or, without one, that of the policy.
    pub(super) fn observe<O>(
        &self,
        name: Name,
        attempts: &Attempts<'_>,
        outcome: &Result<O, Failure<E>>,
        delay: Duration,
    ) {
        let retrying = &attempts.retrying;
        match &self.on_retry {
            Some(observer) => retrying.observe(name, outcome, delay, |event| observer(event)),
            None => retrying.observe_by(name, outcome, delay, self.policy.rules_for::<E>()),
        }
    }

    /// The last outcome, wrapped if the policy says so and it is worth another attempt.
    pub(super) fn last<O>(
        &self,
        name: Name,
        attempts: &Attempts<'_>,
        outcome: Result<O, Failure<E>>,
        is_exhausted: bool,
    ) -> Result<O, Failure<E>> {
        let (retrying, rules) = (&attempts.retrying, self.policy.rules_for::<E>());
        match &self.on_give_up {
            Some(observer) => retrying.give_up(name, &outcome, |event| observer(event)),
            None => retrying.give_up_by(name, &outcome, rules),
        }
        match rules.and_then(|rules| rules.wrap) {
            Some(wrap) if is_exhausted => retrying.wrap(name, outcome, wrap),
            _ => outcome,
        }
    }
}
