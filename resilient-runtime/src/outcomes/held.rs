//! The permission of an async call between its polls, and the outcome of a call that is dropped.

use crate::core::clock;
use crate::core::error::Error;
use crate::deadline::current as deadline;
use crate::deadline::dropped;
use crate::outcomes::gate::{Gate, Ticket};
use crate::outcomes::outcome::Outcome;

/// Where an async call keeps its ticket between two polls. Dropped with a ticket, it reports the outcome of a dropped
/// call.
pub(crate) struct Held<'a, G: Gate> {
    ticket: TicketState<'a, G>,
    /// When the call was first pending below a deadline, in nanoseconds; zero before. One word keeps futures small.
    since: u64,
}

enum TicketState<'a, G: Gate> {
    /// Before the first poll, and during each.
    Absent(&'a G),
    Held(Ticket<'a, G>),
}

impl<'a, G: Gate> Held<'a, G> {
    pub(crate) const fn none(gate: &'a G) -> Self {
        Self { ticket: TicketState::Absent(gate), since: 0 }
    }

    /// The kept ticket, or the gate to ask for one.
    #[inline]
    pub(crate) fn take(&mut self) -> Result<Ticket<'a, G>, &'a G> {
        match self.ticket {
            TicketState::Absent(gate) => Err(gate),
            TicketState::Held(ticket) => {
                self.ticket = TicketState::Absent(ticket.gate());
                Ok(ticket)
            }
        }
    }

    /// Keeps the ticket of a call that is pending.
    #[inline]
    pub(crate) fn keep(&mut self, ticket: Ticket<'a, G>) {
        if self.since == 0 {
            self.since = pending_since();
        }
        self.ticket = TicketState::Held(ticket);
    }
}

impl<G: Gate> Held<'_, G> {
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

impl<G: Gate> Drop for Held<'_, G> {
    #[inline]
    fn drop(&mut self) {
        let waited = dropped::body_waited();
        if let TicketState::Held(ticket) = self.ticket {
            let (gate, mark) = ticket.parts();
            end_dropped(gate, mark, self.since, waited);
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
pub(crate) fn end_dropped<G: Gate>(gate: &G, mark: G::Mark, since: u64, waited: bool) {
    let outcome = if dropped::callee_failed(since, waited) { Outcome::Failure } else { Outcome::Dropped };
    gate.end(mark, outcome);
}
