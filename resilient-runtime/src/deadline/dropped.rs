//! What an expired timeout drops, and what the breakers in it make of that.
//!
//! Dropped by anything else, a call says nothing about the callee but that it was slow, if it was. Dropped at a deadline
//! of this library, it is a failure if it can only have waited for the callee: if nothing below the breaker was in a wait
//! of ours, and if it had at least half of the limit's time.

use std::cell::Cell;

use crate::core::clock;
use crate::deadline::limit;

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
    let _restore = Restore(DROPPING.replace(Some(nanos)));
    body();
}

struct Restore(Option<u64>);

impl Drop for Restore {
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
pub(crate) fn body_waited() -> bool {
    let levels = LEVELS.get();
    let waited = levels & 1;
    LEVELS.set(levels >> 1 | waited);
    waited != 0
}

/// Whether a limit is dropping a call that, since it first waited at `since`, only waited for its callee, and for at least
/// half of the limit. `since` is in nanoseconds, and zero if it never waited below a deadline.
pub(crate) fn callee_failed(since: u64, waited: bool) -> bool {
    DROPPING
        .get()
        .is_some_and(|limit| since != 0 && !waited && limit::callee_failed(clock::nanos().saturating_sub(since), limit))
}
