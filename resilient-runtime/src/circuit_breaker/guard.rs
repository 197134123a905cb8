//! Calls through a breaker, by how they end: a value, an error, a panic, or not at all.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::circuit_breaker::breaker::CircuitBreaker;
use crate::circuit_breaker::failures::Failures;
use crate::circuit_breaker::held::Held;
use crate::circuit_breaker::in_flight;
use crate::circuit_breaker::machine::Outcome;
use crate::circuit_breaker::permit::{Permit, Ticket};
use crate::circuit_breaker::state_word::Mark;
use crate::core::clock::Stopwatch;
use crate::core::error::{Error, Failure, Refusal};
use crate::deadline::current as deadline;
use crate::deadline::dropped::{BeforeBody, ended_waits};

impl CircuitBreaker {
    /// As [`call`](Self::call) within a pipeline; `judge` says how an outcome of the function counts.
    pub(crate) fn guard_blocking<T, E, R: Refusal>(
        &'static self,
        body: impl FnOnce() -> Result<T, Failure<E, R>>,
        judge: impl FnOnce(Result<&T, &E>) -> Outcome,
    ) -> Result<T, Failure<E>> {
        let permit = match self.admit_closed() {
            Some(permit) => permit,
            None => self.admit_slow()?,
        };
        let ticket = permit.into_ticket();
        let is_noted = deadline::has_sync_limit() && in_flight::begin_reported(ticket);
        guarded(ticket, is_noted, body, judge)
    }

    /// As [`guard_blocking`](Self::guard_blocking) for a breaker that need not live as long as the program.
    pub(crate) fn guard_by_hand<T, E, R: Refusal>(
        &self,
        body: impl FnOnce() -> Result<T, Failure<E, R>>,
        judge: impl FnOnce(Result<&T, &E>) -> Outcome,
    ) -> Result<T, Failure<E>> {
        self.guard_held(|| None, body, judge)
    }

    /// The same, where `keep` may give the breaker for longer than the call. It is called below a deadline only.
    pub(crate) fn guard_held<T, E, R: Refusal>(
        &self,
        keep: impl FnOnce() -> Option<Lasting>,
        body: impl FnOnce() -> Result<T, Failure<E, R>>,
        judge: impl FnOnce(Result<&T, &E>) -> Outcome,
    ) -> Result<T, Failure<E>> {
        let ticket = self.try_acquire()?.into_ticket();
        let is_noted = deadline::has_sync_limit() && in_flight::begin(ticket, keep());
        guarded(ticket, is_noted, body, judge)
    }
}

/// The breaker of a sync call.
pub trait SyncBreaker {
    /// Runs a body if the breaker admits it. `judge` says how an outcome of the function counts.
    ///
    /// # Errors
    ///
    /// The failure of the body, or that the breaker is open.
    fn guard<T, E, R: Refusal>(
        self,
        body: impl FnOnce() -> Result<T, Failure<E, R>>,
        judge: impl FnOnce(Result<&T, &E>) -> Outcome,
    ) -> Result<T, Failure<E>>;
}

impl SyncBreaker for &'static CircuitBreaker {
    #[inline]
    fn guard<T, E, R: Refusal>(
        self,
        body: impl FnOnce() -> Result<T, Failure<E, R>>,
        judge: impl FnOnce(Result<&T, &E>) -> Outcome,
    ) -> Result<T, Failure<E>> {
        self.guard_blocking(body, judge)
    }
}

/// A breaker that need not live as long as the program, and what may give it for longer than the call.
#[derive(Debug)]
pub struct Kept<'a, K> {
    pub(crate) breaker: &'a CircuitBreaker,
    pub(crate) keep: K,
}

impl<K: FnOnce() -> Option<Lasting>> SyncBreaker for Kept<'_, K> {
    fn guard<T, E, R: Refusal>(
        self,
        body: impl FnOnce() -> Result<T, Failure<E, R>>,
        judge: impl FnOnce(Result<&T, &E>) -> Outcome,
    ) -> Result<T, Failure<E>> {
        self.breaker.guard_held(self.keep, body, judge)
    }
}

/// A breaker that outlives the calls which it has admitted.
#[derive(Debug)]
pub enum Lasting {
    /// It lives as long as the program.
    Static(&'static CircuitBreaker),
    /// It lives as long as this.
    Shared(Arc<CircuitBreaker>),
}

/// Runs a body that has been admitted, and noted if a deadline may be over before it comes back.
#[inline]
fn guarded<T, E, R: Refusal>(
    ticket: Ticket<'_>,
    is_noted: bool,
    body: impl FnOnce() -> Result<T, Failure<E, R>>,
    judge: impl FnOnce(Result<&T, &E>) -> Outcome,
) -> Result<T, Failure<E>> {
    let unwinding = OnUnwind { ticket, is_noted, outcome: Outcome::Failure };
    let result = body();
    std::mem::forget(unwinding);
    let unwinding = OnUnwind { ticket, is_noted, outcome: Outcome::Ignored };
    let outcome = outcome(&result, judge, |_| Outcome::Failure);
    std::mem::forget(unwinding);
    if is_noted {
        in_flight::end(ticket, outcome, has_asked(&result));
    } else {
        ticket.end(outcome);
    }
    result.map_err(Failure::widen)
}

/// Ends the call if the body or the predicate panics; forgotten otherwise. Each of the two has a guard of its own,
/// because one that changed could not stay in registers.
struct OnUnwind<'a> {
    ticket: Ticket<'a>,
    is_noted: bool,
    outcome: Outcome,
}

impl Drop for OnUnwind<'_> {
    #[inline]
    fn drop(&mut self) {
        let (breaker, mark, clock) = self.ticket.words();
        unwound(breaker, mark, clock, self.is_noted, self.outcome);
    }
}

#[cold]
#[inline(never)]
fn unwound(breaker: &CircuitBreaker, mark: Mark, clock: Stopwatch, is_noted: bool, outcome: Outcome) {
    let ticket = Ticket::of_words(breaker, mark, clock);
    if is_noted {
        in_flight::end(ticket, outcome, true);
    } else {
        ticket.end(outcome);
    }
}

/// What a result means to a breaker; `asked` says it of a refusal from below after the callee was called. The permit is
/// held meanwhile: if the predicate panics, the call counts neither as a success nor as a failure.
pub(crate) fn outcome<T, E, R: Refusal>(
    result: &Result<T, Failure<E, R>>,
    judge: impl FnOnce(Result<&T, &E>) -> Outcome,
    asked: impl FnOnce(&Error) -> Outcome,
) -> Outcome {
    match result {
        Ok(value) => judge(Ok(value)),
        Err(Failure::Inner(error)) => judge(Err(error)),
        Err(Failure::Refused(refusal)) if has_asked(result) => asked(refusal.as_error().decisive()),
        Err(Failure::Refused(_)) => Outcome::Ignored,
    }
}

/// Whether the callee was called.
fn has_asked<T, E, R: Refusal>(result: &Result<T, Failure<E, R>>) -> bool {
    match result {
        Err(Failure::Refused(refusal)) => refusal.as_error().decisive().has_asked(),
        _ => true,
    }
}

/// Counts a failure if the body panics; defused otherwise.
struct FailOnUnwind<'a>(Ticket<'a>);

impl<'a> FailOnUnwind<'a> {
    #[inline]
    fn guard(permit: Permit<'a>) -> Self {
        Self(permit.into_ticket())
    }

    #[inline]
    fn defuse(self) -> Permit<'a> {
        let ticket = self.0;
        std::mem::forget(self);
        Permit::of(ticket)
    }
}

impl Drop for FailOnUnwind<'_> {
    fn drop(&mut self) {
        self.0.end(Outcome::Failure);
    }
}

pin_project! {
    /// A body that runs if a breaker admits it.
    #[must_use = "futures do nothing unless awaited"]
    pub struct BreakerGuard<'a, F, C> {
        before_body: BeforeBody,
        #[pin]
        body: F,
        failures: C,
        // The permit, requested at the first poll. It is here between polls only, so that a body that is ready at once
        // needs no more than registers for it. Dropped after the body.
        held: Held<'a>,
    }
}

impl<'a, F, C> BreakerGuard<'a, F, C> {
    /// A body that `breaker` guards. Bounds on its output are on `Future` alone: each bound here would cost compile
    /// time in each annotated function.
    #[inline]
    pub(crate) const fn new(breaker: &'a CircuitBreaker, body: F, failures: C) -> Self {
        BreakerGuard { before_body: BeforeBody, body, failures, held: Held::none(breaker) }
    }
}

impl<F, C, T, E, R> Future for BreakerGuard<'_, F, C>
where
    F: Future<Output = Result<T, Failure<E, R>>>,
    C: Failures<T, E>,
    R: Refusal,
{
    type Output = Result<T, Failure<E>>;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let permit = match this.held.take() {
            Ok(permit) => permit,
            Err(breaker) => match breaker.admit_closed() {
                Some(permit) => permit,
                None => breaker.admit_slow()?,
            },
        };
        let unwinding = FailOnUnwind::guard(permit);
        let waits = ended_waits();
        let polled = this.body.poll(context);
        let permit = unwinding.defuse();
        match polled {
            Poll::Pending => {
                this.held.keep(permit);
                Poll::Pending
            }
            Poll::Ready(result) => {
                let refused = |refusal: &Error| this.held.refused_below(refusal, waits);
                permit.report(outcome(&result, |result| this.failures.judge(result), refused));
                Poll::Ready(result.map_err(Failure::widen))
            }
        }
    }
}
