//! How a breaker counts an async call that is dropped.
//!
//! A call that a timeout of this library drops counts as a failure if only the callee can have kept it waiting: if
//! nothing below the breaker was in a wait of this library, and if it had at least half of the limit. A call that is
//! dropped for any other reason counts neither way, except as slow.

use std::cell::Cell;

use crate::core::clock;
use crate::deadline::limit;

thread_local! {
    /// While a timeout drops its body on this thread: the length of its limit in nanoseconds.
    static DROPPING: Cell<Option<u64>> = const { Cell::new(None) };
    /// How many waits of this library deadlines have ended on this thread so far.
    static ENDED_WAITS: Cell<u64> = const { Cell::new(0) };
    /// One bit for each nested body below a breaker that is being dropped, the innermost in the lowest bit: whether a
    /// wait in it was ended. Beyond 64 levels the outermost bits are lost, and those calls count as failures.
    static LEVELS: Cell<u64> = const { Cell::new(0) };
}

/// Drops the body of a limit of so many nanoseconds.
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

/// Held by a future of this library while it waits for anything but the callee.
pub(crate) struct InAWait;

/// Whether a timeout drops its body on this thread.
pub(crate) fn is_by_limit() -> bool {
    DROPPING.get().is_some()
}

impl Drop for InAWait {
    fn drop(&mut self) {
        if is_by_limit() {
            a_wait_ended();
        }
    }
}

/// Records that a deadline ended a wait.
pub(crate) fn a_wait_ended() {
    ENDED_WAITS.set(ENDED_WAITS.get() + 1);
    LEVELS.set(LEVELS.get() | 1);
}

#[inline]
pub(crate) fn ended_waits() -> u64 {
    ENDED_WAITS.get()
}

/// A field before the body of a guard, whose permit is a field after it: fields are dropped in order, so this marks the
/// beginning of the body's drop. The guard itself implements no `Drop`, because that would take the address of all
/// fields and keep them out of registers. For the same reason this does not check whether a limit is dropping the
/// guard.
pub(crate) struct BeforeBody;

impl Drop for BeforeBody {
    #[inline]
    fn drop(&mut self) {
        LEVELS.set(LEVELS.get() << 1);
    }
}

/// Called after the body that follows a [`BeforeBody`] is dropped. Returns whether a wait in it was ended; if so, that
/// wait was in the next body further out, too.
#[inline]
pub(crate) fn body_waited() -> bool {
    let levels = LEVELS.get();
    let waited = levels & 1;
    LEVELS.set(levels >> 1 | waited);
    waited != 0
}

/// Whether a dropped call counts as a failure of its callee: if a limit is dropping it, it `waited` for nothing else,
/// and it was pending for at least half of the limit. `since` is when it was first pending below a deadline, in
/// nanoseconds; zero if never.
pub(crate) fn callee_failed(since: u64, waited: bool) -> bool {
    DROPPING.get().is_some_and(|limit| !waited && had_half(since, limit))
}

/// Whether a call had at least half of a limit of so many nanoseconds. `since` is as of [`callee_failed`].
pub(crate) fn had_half(since: u64, limit: u64) -> bool {
    since != 0 && limit::callee_failed(clock::nanos().saturating_sub(since), limit)
}
