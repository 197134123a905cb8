//! The permit of a call between its polls, and what a call that is dropped means to its breaker.

use crate::circuit_breaker::breaker::{CircuitBreaker, Permit, Ticket};
use crate::circuit_breaker::machine::Outcome;
use crate::core::clock;
use crate::deadline::current as deadline;
use crate::deadline::dropped;

/// The permit of a call, between its polls; before the first, and during each, the breaker it comes from.
pub(crate) struct Held<'a> {
    permit: Place<'a>,
    /// When the call first waited below a deadline, in nanoseconds; zero before. One word, because calls in flight carry it.
    since: u64,
}

enum Place<'a> {
    Of(&'a CircuitBreaker),
    Given(Ticket<'a>),
}

impl<'a> Held<'a> {
    pub(crate) const fn none(breaker: &'a CircuitBreaker) -> Self {
        Self { permit: Place::Of(breaker), since: 0 }
    }

    /// The permit, or what gives one.
    #[inline]
    pub(crate) fn take(&mut self) -> Result<Permit<'a>, &'a CircuitBreaker> {
        match self.permit {
            Place::Of(breaker) => Err(breaker),
            Place::Given(ticket) => {
                self.permit = Place::Of(ticket.breaker());
                Ok(Permit::of(ticket))
            }
        }
    }

    /// Keeps the permit of a call that has to wait.
    #[inline]
    pub(crate) fn keep(&mut self, permit: Permit<'a>) {
        if self.since == 0 && deadline::is_polled() {
            self.since = clock::nanos();
        }
        self.permit = Place::Given(permit.into_ticket());
    }
}

impl Drop for Held<'_> {
    #[inline]
    fn drop(&mut self) {
        let waited = dropped::body_waited();
        if let Place::Given(ticket) = self.permit {
            ticket.end(outcome(self.since, waited));
        }
    }
}

/// A failure if a limit dropped the call, and it had only waited for its callee since then.
#[cold]
fn outcome(since: u64, waited: bool) -> Outcome {
    if dropped::callee_failed(since, waited) { Outcome::Failure } else { Outcome::Dropped }
}
