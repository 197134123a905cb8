//! The permit of an async call between its polls, and the outcome of a call that is dropped.

use crate::circuit_breaker::breaker::CircuitBreaker;
use crate::circuit_breaker::machine::Outcome;
use crate::circuit_breaker::permit::{Permit, Ticket};
use crate::circuit_breaker::state_word::Mark;
use crate::core::clock::{self, Stopwatch};
use crate::core::error::Error;
use crate::deadline::current as deadline;
use crate::deadline::dropped;

/// Where an async call keeps its permit between two polls. Dropped with a permit, it reports the outcome of a dropped
/// call.
pub(crate) struct Held<'a> {
    permit: PermitState<'a>,
    /// When the call was first pending below a deadline, in nanoseconds; zero before. One word keeps futures small.
    since: u64,
}

enum PermitState<'a> {
    /// Before the first poll, and during each.
    Absent(&'a CircuitBreaker),
    Held(Ticket<'a>),
}

impl<'a> Held<'a> {
    pub(crate) const fn none(breaker: &'a CircuitBreaker) -> Self {
        Self { permit: PermitState::Absent(breaker), since: 0 }
    }

    /// The kept permit, or the breaker to ask for one.
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

    /// Keeps the permit of a call that is pending.
    #[inline]
    pub(crate) fn keep(&mut self, permit: Permit<'a>) {
        if self.since == 0 {
            self.since = pending_since();
        }
        self.permit = PermitState::Held(permit.into_ticket());
    }
}

impl Held<'_> {
    /// How a call counts that a policy below refused after it may have called the callee, such as a timeout. A refusal
    /// in the name of a limit around counts as if that had dropped the call. `waits` is what
    /// [`ended_waits`](dropped::ended_waits) was before this poll.
    #[cold]
    pub(crate) fn refused_below(&self, refusal: &Error, waits: u64) -> Outcome {
        refused_below(self.since, refusal, waits)
    }
}

/// As [`Held::refused_below`] of a call that was first pending below a deadline at `since`.
pub(crate) fn refused_below(since: u64, refusal: &Error, waits: u64) -> Outcome {
    let around = deadline::earliest().map(|around| around.limit).filter(|limit| limit.caused(refusal));
    let waited = waits != dropped::ended_waits();
    match around {
        Some(limit) if waited || !dropped::had_half(since, limit.nanos()) => Outcome::Dropped,
        _ => Outcome::Failure,
    }
}

impl Drop for Held<'_> {
    #[inline]
    fn drop(&mut self) {
        let waited = dropped::body_waited();
        if let PermitState::Held(ticket) = self.permit {
            let (breaker, mark, clock) = ticket.words();
            end_dropped(breaker, mark, clock, self.since, waited);
        }
    }
}

/// Now, in nanoseconds; zero where there is no limit.
#[inline(never)]
pub(crate) fn pending_since() -> u64 {
    if deadline::has_async_limit() { clock::nanos() } else { 0 }
}

/// Reports the outcome of a dropped call: `Failure` if a limit dropped it and nothing but its callee had kept it waiting,
/// else `Dropped`.
#[cold]
#[inline(never)]
pub(crate) fn end_dropped(breaker: &CircuitBreaker, mark: Mark, clock: Stopwatch, since: u64, waited: bool) {
    let outcome = if dropped::callee_failed(since, waited) { Outcome::Failure } else { Outcome::Dropped };
    Ticket::of_words(breaker, mark, clock).end(outcome);
}
