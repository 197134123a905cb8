//! What an expired timeout drops, and what the breakers in it make of that.
//!
//! Dropped by anything else, a call says nothing about the callee but that it was slow, if it was. Dropped at a deadline
//! of this library, it is a failure if it can only have waited for the callee: if nothing below the breaker was in a wait
//! of ours, and if it had at least half of the limit's time.

use std::cell::Cell;

use crate::circuit_breaker::breaker::{CircuitBreaker, Permit, Ticket};
use crate::circuit_breaker::machine::Outcome;
use crate::core::clock;
use crate::deadline::current as deadline;

thread_local! {
    /// How long the limit was, in nanoseconds, whose timeout drops its body now.
    static DROPPING: Cell<Option<u64>> = const { Cell::new(None) };
    /// The waits of ours that a deadline has ended on this thread, ever.
    static ENDED_WAITS: Cell<u64> = const { Cell::new(0) };
    /// Of each body below a breaker that is being dropped, whether a wait in it was ended: one bit for each, the innermost is
    /// the lowest. Of more than 64 bodies within each other the outermost are forgotten, which then count as failures.
    static LEVELS: Cell<u64> = const { Cell::new(0) };
}

/// Drops what a limit of this many nanoseconds ends.
pub(crate) fn by_limit(nanos: u64, body: impl FnOnce()) {
    let _put_back = PutBack(DROPPING.replace(Some(nanos)));
    body();
}

struct PutBack(Option<u64>);

impl Drop for PutBack {
    fn drop(&mut self) {
        DROPPING.set(self.0);
    }
}

/// Held by a future of ours while it waits for anything but the callee.
pub(crate) struct InAWait;

impl Drop for InAWait {
    fn drop(&mut self) {
        if DROPPING.get().is_some() {
            a_wait_ended();
        }
    }
}

/// Notes that a deadline ended a wait below.
pub(crate) fn a_wait_ended() {
    ENDED_WAITS.set(ENDED_WAITS.get() + 1);
    LEVELS.set(LEVELS.get() | 1);
}

#[inline]
pub(crate) fn ended_waits() -> u64 {
    ENDED_WAITS.get()
}

/// Stands before a body that stands before a [`Held`], so that it is dropped before the body, and that after it. A field of
/// its own, and no `Drop` of the whole: that would take the address of all the others, and keep them out of registers. For
/// the same reason neither asks whether a limit is dropping them.
pub(crate) struct BeforeBody;

impl Drop for BeforeBody {
    #[inline]
    fn drop(&mut self) {
        LEVELS.set(LEVELS.get() << 1);
    }
}

/// The body that [`BeforeBody`] has announced is dropped. Whether a wait in it was ended; if so, one was in the next body
/// further out, too.
#[inline]
fn body_waited() -> bool {
    let levels = LEVELS.get();
    let waited = levels & 1;
    LEVELS.set(levels >> 1 | waited);
    waited != 0
}

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
        let waited = body_waited();
        if let Place::Given(ticket) = self.permit {
            ticket.end(outcome(self.since, waited));
        }
    }
}

/// What a call is to its breaker that was dropped: a failure if a limit ended it, and since then it only waited for its callee.
#[cold]
fn outcome(since: u64, waited: bool) -> Outcome {
    match DROPPING.get() {
        Some(limit) if since != 0 && !waited && is_failure(clock::nanos().saturating_sub(since), limit) => {
            Outcome::Failure
        }
        _ => Outcome::Dropped,
    }
}

/// Whether it speaks against the callee that a call, past all waits, had been in flight for so many nanoseconds when a
/// limit of so many ended it.
pub(crate) const fn is_failure(in_flight: u64, limit: u64) -> bool {
    in_flight >= limit / 2
}
