//! Calls that a breaker admitted, until their outcome is reported.

use crate::circuit_breaker::breaker::{CircuitBreaker, SUCCESSFUL};
use crate::circuit_breaker::machine::{AdmitDecision, Outcome};
use crate::circuit_breaker::state_word::Mark;
use crate::core::clock::Stopwatch;
use crate::core::error::Error;

impl CircuitBreaker {
    /// Permission for a call, whose outcome is reported to the permit. If that is dropped, the call counts neither way,
    /// except that one that was slow by then enters the window as slow; and a probe's place is free again.
    ///
    /// # Errors
    ///
    /// [`Error::CircuitOpen`] if the call must not be made.
    #[inline]
    pub fn try_acquire(&self) -> Result<Permit<'_>, Error> {
        match self.admit_closed() {
            Some(permit) => Ok(permit),
            None => self.admit_slow(),
        }
    }

    /// A permit from a breaker that lets every call pass.
    #[inline]
    pub(crate) fn admit_closed(&self) -> Option<Permit<'_>> {
        let word = self.state.word();
        word.passes().then(|| self.permit(Mark::call(word)))
    }

    /// A permit from a breaker that is not closed, or the refusal.
    #[cold]
    pub(crate) fn admit_slow(&self) -> Result<Permit<'_>, Error> {
        match self.state.refused(|| self.millis()) {
            Some(refused) => Err(self.refuse(refused)),
            None => self.admit(),
        }
    }

    /// Not inlined, so that a refusal needs no large frame.
    #[inline(never)]
    fn admit(&self) -> Result<Permit<'_>, Error> {
        let (admission, word) = self.change(|machine| (machine.admit(self.millis()), machine.word()));
        match admission {
            AdmitDecision::Call => Ok(self.permit(Mark::call(word))),
            AdmitDecision::Probe(number) => Ok(self.permit(Mark::probe(number))),
            AdmitDecision::Refused(refused) => Err(self.refuse(refused)),
        }
    }

    /// Counts a success that was seen elsewhere, as of a call admitted and ended now. While half-open it counts as a
    /// successful probe, but takes no place; while open it changes only the totals.
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

    /// Counts a failure that was seen elsewhere, as of a call admitted and ended now. While half-open it opens the breaker
    /// again, and takes no place before; while open it changes only the totals.
    pub fn record_failure(&self) {
        self.record(Outcome::Failure);
    }

    fn record(&self, outcome: Outcome) {
        let word = self.state.word();
        if word.passes() {
            return self.permit(Mark::call(word)).report(outcome);
        }
        self.count(outcome, false);
        self.change(|machine| machine.lapse(self.millis()));
        self.change(|machine| machine.count_probe(&self.policy, outcome, || self.millis()));
    }

    #[inline]
    fn permit(&self, mark: Mark) -> Permit<'_> {
        let clock = if self.policy.measures_calls() { Stopwatch::start() } else { Stopwatch::default() };
        Permit::of(Ticket { breaker: self, mark, clock })
    }
}

/// A call that was admitted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ticket<'a> {
    breaker: &'a CircuitBreaker,
    mark: Mark,
    /// Read only if the policy looks at how long calls take.
    clock: Stopwatch,
}

impl Ticket<'_> {
    /// Reports to the breaker how the call ended; once.
    #[inline]
    pub(crate) fn end(self, outcome: Outcome) {
        let Self { breaker, mark, clock } = self;
        // That no failure is counted may be true of a later generation only; but then the success is too late and changes
        // nothing either, and the window looks at the generation itself.
        let changes_nothing =
            outcome == Outcome::Success && !clock.is_running() && mark.is_closed() && breaker.state.has_no_failures();
        if !changes_nothing {
            return breaker.record_end(mark, outcome, clock);
        }
        breaker.counters.local().add_one(SUCCESSFUL);
        if let Some(window) = &breaker.window {
            breaker.record_good(window, mark.generation());
        }
    }
}

impl<'a> Ticket<'a> {
    #[inline]
    pub(crate) const fn breaker(&self) -> &'a CircuitBreaker {
        self.breaker
    }

    /// In words, which a function that is not inlined is given in registers.
    #[inline]
    pub(crate) const fn words(self) -> (&'a CircuitBreaker, Mark, Stopwatch) {
        (self.breaker, self.mark, self.clock)
    }

    pub(crate) const fn of_words(breaker: &'a CircuitBreaker, mark: Mark, clock: Stopwatch) -> Self {
        Self { breaker, mark, clock }
    }

    /// Counts, in the totals alone, the result of a call whose failure has been reported already.
    pub(crate) fn end_late(self, outcome: Outcome) {
        self.breaker.count(outcome, false);
    }
}

/// Permission for one call; report its outcome. Dropping it counts neither way; only if the call was slow by then, it
/// enters the window as slow.
#[derive(Debug)]
#[must_use = "a permit that is dropped at once guards nothing"]
pub struct Permit<'a>(Ticket<'a>);

impl<'a> Permit<'a> {
    /// The call succeeded.
    pub fn success(self) {
        self.report(Outcome::Success);
    }

    /// The call failed.
    pub fn failure(self) {
        self.report(Outcome::Failure);
    }

    /// The call says nothing about the callee.
    pub fn ignore(self) {
        self.report(Outcome::Ignored);
    }

    #[inline]
    pub(crate) fn report(self, outcome: Outcome) {
        self.into_ticket().end(outcome);
    }

    /// Without the report on drop: the caller has to end the ticket.
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

impl Drop for Permit<'_> {
    #[inline]
    fn drop(&mut self) {
        self.0.end(Outcome::Dropped);
    }
}
