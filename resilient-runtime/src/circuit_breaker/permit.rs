//! Admission of calls by a breaker, and the permit of each until its outcome is reported.

use crate::circuit_breaker::breaker::{CircuitBreaker, SUCCESSFUL};
use crate::circuit_breaker::machine::{AdmitDecision, Outcome};
use crate::circuit_breaker::state_word::Mark;
use crate::core::clock::Stopwatch;
use crate::core::error::Error;

impl CircuitBreaker {
    /// Asks for permission for one call. It never waits. Report the outcome to the permit.
    ///
    /// A permit that is dropped without a report counts neither way and gives a probe's place back. If the call was
    /// longer than [`slow_call`](crate::BreakerPolicy::slow_call) by then, it enters the window as slow.
    ///
    /// # Errors
    ///
    /// [`Error::CircuitOpen`] if the breaker is open, forced open, or half-open with every probe's place taken.
    #[inline]
    pub fn try_acquire(&self) -> Result<Permit<'_>, Error> {
        match self.admit_closed() {
            Some(permit) => Ok(permit),
            None => self.admit_slow(),
        }
    }

    /// A permit from a breaker that is closed or disabled, by one load of an atomic; `None` from any other.
    #[inline]
    pub(crate) fn admit_closed(&self) -> Option<Permit<'_>> {
        let word = self.state.word();
        word.passes().then(|| self.permit(Mark::call(word)))
    }

    /// A permit, or the refusal. Takes the lock only if the state does not refuse for certain.
    #[cold]
    pub(crate) fn admit_slow(&self) -> Result<Permit<'_>, Error> {
        match self.state.refused(|| self.millis()) {
            Some(refused) => Err(self.refuse(refused)),
            None => self.admit(),
        }
    }

    /// Decides under the lock. Not inlined, because a refusal would otherwise set up the stack frame of this as well.
    #[inline(never)]
    fn admit(&self) -> Result<Permit<'_>, Error> {
        let (admission, word) = self.change(|machine| (machine.admit(&self.policy, self.millis()), machine.word()));
        match admission {
            AdmitDecision::Call => Ok(self.permit(Mark::call(word))),
            AdmitDecision::Probe(number) => Ok(self.permit(Mark::probe(number))),
            AdmitDecision::Refused(refused) => Err(self.refuse(refused)),
        }
    }

    /// Counts the success of a call that was made elsewhere, as if it had been admitted and had ended now. While
    /// half-open it counts as a successful probe without taking a place; while open it changes only the totals.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{BreakerPolicy, CircuitBreaker, CircuitState};
    ///
    /// let breaker = CircuitBreaker::new("queue", BreakerPolicy::new().failure_threshold(2));
    /// breaker.record_failure();
    /// breaker.record_success();
    /// breaker.record_failure();
    /// assert_eq!(breaker.state(), CircuitState::Closed);
    /// breaker.record_failure();
    /// assert_eq!(breaker.state(), CircuitState::Open);
    /// ```
    pub fn record_success(&self) {
        self.record(Outcome::Success);
    }

    /// Counts the failure of a call that was made elsewhere, as if it had been admitted and had ended now. While
    /// half-open it opens the breaker again, without taking a place; while open it changes only the totals.
    pub fn record_failure(&self) {
        self.record(Outcome::Failure);
    }

    fn record(&self, outcome: Outcome) {
        let word = self.state.word();
        if word.passes() {
            return self.permit(Mark::call(word)).report(outcome);
        }
        self.count(outcome, false);
        self.change(|machine| machine.lapse(&self.policy, self.millis()));
        self.change(|machine| machine.count_probe(&self.policy, outcome, || self.millis()));
    }

    #[inline]
    fn permit(&self, mark: Mark) -> Permit<'_> {
        let clock = if self.measures_calls { Stopwatch::start() } else { Stopwatch::default() };
        Permit::of(Ticket { breaker: self, mark, clock })
    }
}

/// An admitted call. Unlike a [`Permit`] it is `Copy` and reports nothing when it is dropped.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ticket<'a> {
    breaker: &'a CircuitBreaker,
    mark: Mark,
    /// Runs only if the policy has a `slow_call`.
    clock: Stopwatch,
}

impl Ticket<'_> {
    /// Reports the outcome to the breaker. To be called once for each admitted call.
    #[inline]
    pub(crate) fn end(self, outcome: Outcome) {
        let Self { breaker, mark, clock } = self;
        // If the streak that is read here is already that of a later generation, the success is too late and changes
        // nothing either. The window compares the generation itself.
        let changes_nothing =
            outcome == Outcome::Success && !clock.is_running() && mark.is_closed() && breaker.state.has_no_failures();
        if !changes_nothing {
            return breaker.record_end(mark, outcome, clock);
        }
        match &breaker.window {
            None => breaker.totals.add_one(SUCCESSFUL),
            Some(window) => breaker.count_good(window, mark.generation()),
        }
    }
}

impl<'a> Ticket<'a> {
    #[inline]
    pub(crate) const fn breaker(&self) -> &'a CircuitBreaker {
        self.breaker
    }

    /// Its parts, which a function that is not inlined takes in registers; the whole would go through memory.
    #[inline]
    pub(crate) const fn words(self) -> (&'a CircuitBreaker, Mark, Stopwatch) {
        (self.breaker, self.mark, self.clock)
    }

    pub(crate) const fn of_words(breaker: &'a CircuitBreaker, mark: Mark, clock: Stopwatch) -> Self {
        Self { breaker, mark, clock }
    }

    /// Adds to the totals the result of a call whose failure was reported at a deadline before.
    pub(crate) fn end_late(self, outcome: Outcome) {
        self.breaker.count(outcome, false);
    }
}

/// Permission for one call. Report the call's outcome to it.
///
/// Dropped without a report, it counts neither way and gives a probe's place back. If the call was longer than
/// [`slow_call`](crate::BreakerPolicy::slow_call) by then, it enters the window as slow.
#[derive(Debug)]
#[must_use = "a permit that is dropped at once guards nothing"]
pub struct Permit<'a>(Ticket<'a>);

impl<'a> Permit<'a> {
    /// Reports that the call succeeded.
    pub fn success(self) {
        self.report(Outcome::Success);
    }

    /// Reports that the call failed.
    pub fn failure(self) {
        self.report(Outcome::Failure);
    }

    /// Reports that the call says nothing about the callee: it counts neither way.
    pub fn ignore(self) {
        self.report(Outcome::Ignored);
    }

    #[inline]
    pub(crate) fn report(self, outcome: Outcome) {
        self.into_ticket().end(outcome);
    }

    /// Turns off the report on drop: the caller has to call [`Ticket::end`].
    #[inline]
    pub(crate) fn into_ticket(self) -> Ticket<'a> {
        let ticket = self.0;
        std::mem::forget(self);
        ticket
    }

    #[inline]
    pub(crate) const fn of(ticket: Ticket<'a>) -> Self {
        Self(ticket)
    }
}

// Not inlined: a body that unwinds is no reason for more code in each function.
impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.0.end(Outcome::Dropped);
    }
}
