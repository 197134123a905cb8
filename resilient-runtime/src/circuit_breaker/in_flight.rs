//! Sync calls that breakers have admitted below a deadline: what comes back after it counts by other rules.

use std::cell::RefCell;
use std::time::Instant;

use crate::circuit_breaker::breaker::CircuitBreaker;
use crate::circuit_breaker::machine::Outcome;
use crate::circuit_breaker::permit::Ticket;
use crate::circuit_breaker::state_word::Mark;
use crate::core::clock::Stopwatch;
use crate::deadline::current::{self as deadline, SyncLimit};
use crate::deadline::dropped::ended_waits;
use crate::deadline::open_calls::{Admits, NotedCall, OpenCall, admitted};

thread_local! {
    /// Those on this thread, in the order of admission; they end in reverse.
    static IN_FLIGHT: RefCell<Vec<InFlight>> = const { RefCell::new(Vec::new()) };
}

struct InFlight {
    /// Of the limits above the breaker, the one that ends first.
    limit: SyncLimit,
    since: Instant,
    /// The waits that a deadline had ended before.
    waits: u64,
    /// Its entry for a caller that leaves the job at the deadline.
    noted: Option<NotedCall>,
}

impl Admits for CircuitBreaker {
    fn fail(&'static self, [mark, clock]: [u64; 2]) {
        Ticket::of_words(self, Mark::of_bits(mark), Stopwatch::of_word(clock)).end(Outcome::Failure);
    }
}

impl Ticket<'static> {
    fn open_call(self) -> OpenCall {
        let (breaker, mark, clock) = self.words();
        OpenCall { admitted_by: breaker, words: [mark.bits(), clock.word()] }
    }
}

impl InFlight {
    fn push(ticket: Option<Ticket<'static>>) -> bool {
        let Some(limit) = deadline::called() else { return false };
        let since = Instant::now();
        let noted = ticket.and_then(|ticket| admitted(ticket.open_call(), since));
        let in_flight = Self { limit, since, waits: ended_waits(), noted };
        // While a thread ends, nothing is noted any more.
        IN_FLIGHT.try_with(|calls| calls.borrow_mut().push(in_flight)).is_ok()
    }

    /// What came back after the deadline is a failure, if it can only have waited for the callee. Else it counts neither
    /// way, as what is dropped then does.
    fn outcome_by_now(&self, outcome: Outcome, has_asked: bool) -> Outcome {
        if !self.limit.is_over() {
            outcome
        } else if has_asked && self.waits == ended_waits() && self.limit.fails(self.since) {
            Outcome::Failure
        } else if outcome == Outcome::Ignored {
            Outcome::Ignored
        } else {
            Outcome::Dropped
        }
    }
}

/// Notes a call through a breaker that need not live as long as the program, which learns of a deadline only when the call
/// returns. Whether there is a deadline: then [`end`] has to be called.
#[cold]
pub(crate) fn begin() -> bool {
    InFlight::push(None)
}

/// The same for a breaker that lives as long as the program: it learns of the deadline at that moment, also if the call
/// never returns.
#[inline]
pub(crate) fn begin_in_ledger(ticket: Ticket<'static>) -> bool {
    let (breaker, mark, clock) = ticket.words();
    begin_with_words(breaker, mark, clock)
}

#[cold]
#[inline(never)]
fn begin_with_words(breaker: &'static CircuitBreaker, mark: Mark, clock: Stopwatch) -> bool {
    InFlight::push(Some(Ticket::of_words(breaker, mark, clock)))
}

/// Reports to the breaker how the latest noted call ended; `has_asked` unless a policy further in refused it.
#[cold]
pub(crate) fn end(ticket: Ticket<'_>, outcome: Outcome, has_asked: bool) {
    let Some(mut in_flight) = IN_FLIGHT.with_borrow_mut(Vec::pop) else { return };
    if in_flight.noted.take().is_some_and(NotedCall::remove) {
        ticket.end_late(outcome);
    } else {
        ticket.end(in_flight.outcome_by_now(outcome, has_asked));
    }
}
