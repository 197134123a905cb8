//! The loops of a retry without attributes.

use std::convert::Infallible;

use crate::core::attempt::Attempt;
use crate::core::error::{Error, Failure, Refusal};
use crate::core::name::Name;
use crate::core::span::{in_span, record_attempts};
use crate::retry::delay;
use crate::retry::driver::{Next, Retrying};
use crate::retry::looks::Looks;
use crate::retry::policy::RetryPolicy;
use crate::retry::rules::Covers;
use crate::retry::shows::NotShown;
use crate::retry::spending::Spending;
use crate::retry_budget::budget::RetryBudget;

/// The name in events and refusals of a retry that no attribute makes.
pub(super) const UNNAMED: Name = Name::new(&"retry");

/// A failure that cannot be a refusal is an error.
pub(super) fn plain<E>(failure: Failure<E, Infallible>) -> E {
    match failure {
        Failure::Inner(error) => error,
    }
}

/// What is said of one call beside its closures.
#[derive(Debug)]
pub(super) struct Call<'p, E> {
    pub(super) budget: Option<&'p RetryBudget>,
    /// Whether it may be made again although it may have been received.
    pub(super) is_idempotent: bool,
    /// The errors of calls that were never sent.
    pub(super) is_unsent: Option<fn(&E) -> bool>,
}

impl<E> Call<'_, E> {
    pub(super) const NEW: Self = Self { budget: None, is_idempotent: true, is_unsent: None };
}

/// The attempts of one call, with what says how they go on.
struct Repeated<'p, P: ?Sized, L, E> {
    policy: &'p RetryPolicy<P>,
    retrying: Retrying<'p>,
    spending: Spending<'p>,
    looks: L,
    call: Call<'p, E>,
}

impl<'p, P: ?Sized, L, E> Repeated<'p, P, L, E> {
    fn new<T>(policy: &'p RetryPolicy<P>, call: Call<'p, E>, looks: L) -> Self
    where
        L: Looks<T, E>,
    {
        let retrying = Retrying::by(policy, L::AT_THE_END);
        Self { policy, retrying, spending: Spending::begin(call.budget), looks, call }
    }

    fn begin(&mut self) -> Attempt {
        self.spending.attempt();
        if self.retrying.made() == 0 {
            record_attempts(1);
        }
        self.retrying.begin()
    }

    /// The outcome of an attempt, and what follows it. Calls the observers.
    fn next<T, R: Refusal>(
        &mut self,
        attempt: Attempt,
        outcome: Result<T, Failure<E, R>>,
    ) -> (Result<T, Failure<E, R>>, Next)
    where
        P: Covers<E>,
        L: Looks<T, E>,
    {
        let Self { policy, retrying, spending, looks, call } = self;
        let rules = policy.rules_for();
        let (outcome, judged) = looks.judge(outcome);
        let mut verdict = retrying.look(&outcome);
        match judged {
            Some(again) => verdict.again = again,
            None => verdict = verdict.filtered_by(rules),
        }
        let is_unsent = |error: &E| call.is_unsent.is_some_and(|is_unsent| is_unsent(error));
        let verdict = verdict.unless_sent(call.is_idempotent, is_unsent);
        let verdict = verdict.delayed_by(rules, attempt).retry_after_ok(|value| looks.asked(value));
        let next = retrying.next(&verdict);
        let next = spending.next(retrying, next, outcome.is_ok());
        retrying.report(UNNAMED, &outcome, &next, (rules, NotShown));
        match next {
            Next::Delay(delay) => {
                retrying.observe(UNNAMED, &outcome, delay, |event| looks.retrying(rules, event));
            }
            Next::Done | Next::Exhausted => {
                retrying.give_up(UNNAMED, &outcome, |event| looks.given_up(rules, event));
            }
            Next::TooLate(_) => {}
        }
        (outcome, next)
    }

    fn ended<T, R>(self, outcome: Result<T, Failure<E, R>>, is_exhausted: bool) -> Ended<'p, P, T, E, R> {
        Ended { policy: self.policy, retrying: self.retrying, outcome, is_exhausted }
    }
}

/// How a call ended.
pub(super) struct Ended<'p, P: ?Sized, T, E, R> {
    policy: &'p RetryPolicy<P>,
    retrying: Retrying<'p>,
    /// Of the last attempt.
    outcome: Result<T, Failure<E, R>>,
    /// Whether it is worth another attempt, for which there is no number or no time left.
    is_exhausted: bool,
}

impl<P: ?Sized, T, E> Ended<'_, P, T, E, Infallible> {
    /// The last outcome, which cannot be a refusal.
    pub(super) fn plain(self) -> Result<T, E> {
        self.outcome.map_err(plain)
    }
}

impl<P: Covers<E> + ?Sized, T, E> Ended<'_, P, T, E, Error> {
    /// The last outcome, wrapped if the policy says so.
    pub(super) fn wrapped(self) -> Result<T, Failure<E>> {
        match self.policy.rules_for().and_then(|rules| rules.wrap) {
            Some(wrap) if self.is_exhausted => self.retrying.wrap(UNNAMED, self.outcome, wrap),
            _ => self.outcome,
        }
    }
}

pub(super) fn repeat_blocking<'p, P, L, T, E, R>(
    policy: &'p RetryPolicy<P>,
    call: Call<'p, E>,
    looks: L,
    mut operation: impl FnMut() -> Result<T, Failure<E, R>>,
) -> Ended<'p, P, T, E, R>
where
    P: Covers<E> + ?Sized,
    L: Looks<T, E>,
    R: Refusal,
{
    let mut repeated = Repeated::new(policy, call, looks);
    loop {
        let attempt = repeated.begin();
        let (outcome, next) = repeated.next(attempt, operation());
        match next {
            Next::Delay(delay) if repeated.retrying.sleep_blocking(delay) => {}
            Next::Done => return repeated.ended(outcome, false),
            Next::Exhausted | Next::TooLate(_) | Next::Delay(_) => return repeated.ended(outcome, true),
        }
    }
}

pub(super) async fn repeat<'p, P, L, T, E, R, F>(
    policy: &'p RetryPolicy<P>,
    call: Call<'p, E>,
    looks: L,
    mut operation: impl FnMut() -> F,
) -> Ended<'p, P, T, E, R>
where
    P: Covers<E> + ?Sized,
    L: Looks<T, E>,
    R: Refusal,
    F: Future<Output = Result<T, Failure<E, R>>>,
{
    let mut repeated = Repeated::new(policy, call, looks);
    loop {
        let attempt = repeated.begin();
        // The outcome is dropped before the delay, so that it need not be `Send`.
        let outcome = in_span(repeated.retrying.span(), operation()).await;
        let delay = match repeated.next(attempt, outcome) {
            (outcome, Next::Done) => return repeated.ended(outcome, false),
            (outcome, Next::Exhausted) => return repeated.ended(outcome, true),
            (_, Next::Delay(delay) | Next::TooLate(delay)) => delay,
        };
        delay::sleep(delay).await;
    }
}
