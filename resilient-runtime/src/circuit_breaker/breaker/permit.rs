//! Calls that a breaker admitted, until their outcome is reported.

use super::{CircuitBreaker, SUCCESSFUL};
use crate::circuit_breaker::machine::{Mark, Outcome};
use crate::core::clock::Stopwatch;

/// A call that was admitted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ticket<'a> {
    pub(super) breaker: &'a CircuitBreaker,
    pub(super) mark: Mark,
    /// Read only if the policy looks at how long calls take.
    pub(super) clock: Stopwatch,
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
        breaker.counters.mine().add_one(SUCCESSFUL);
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
