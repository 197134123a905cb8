//! The permit of a call between its polls, and what a call that is dropped means to its breaker.

use crate::circuit_breaker::breaker::CircuitBreaker;
use crate::circuit_breaker::machine::Outcome;
use crate::circuit_breaker::permit::{Permit, Ticket};
use crate::core::clock;
use crate::deadline::current as deadline;
use crate::deadline::dropped;

/// The permit of a call, between its polls; before the first, and during each, the breaker it comes from.
pub(crate) struct Held<'a> {
    permit: PermitState<'a>,
    /// When the call first waited below a deadline, in nanoseconds; zero before. One word, because calls in flight carry it.
    since: u64,
}

enum PermitState<'a> {
    Absent(&'a CircuitBreaker),
    Held(Ticket<'a>),
}

impl<'a> Held<'a> {
    pub(crate) const fn none(breaker: &'a CircuitBreaker) -> Self {
        Self { permit: PermitState::Absent(breaker), since: 0 }
    }

    /// The permit, or what gives one.
    #[inline]
    pub(crate) fn take(&mut self) -> Result<Permit<'a>, &'a CircuitBreaker> {
        match self.permit {
            PermitState::Absent(breaker) => Err(breaker),
            PermitState::Held(ticket) => {
                self.permit = PermitState::Absent(ticket.breaker());
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
        self.permit = PermitState::Held(permit.into_ticket());
    }
}

impl Drop for Held<'_> {
    #[inline]
    fn drop(&mut self) {
        let waited = dropped::body_waited();
        if let PermitState::Held(ticket) = self.permit {
            ticket.end(outcome(self.since, waited));
        }
    }
}

/// A failure if a limit dropped the call, and it had only waited for its callee since then.
#[cold]
fn outcome(since: u64, waited: bool) -> Outcome {
    if dropped::callee_failed(since, waited) { Outcome::Failure } else { Outcome::Dropped }
}
