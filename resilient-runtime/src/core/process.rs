//! Which process this is. After a `fork` the child has the memory of its parent, and none of its other threads: whatever
//! relies on one, or must not go on as in the parent, looks here. The system call is made once in a tick of a thread; the
//! pool of helper threads, which looks once for each job, calls the standard library.

use std::cell::Cell;

thread_local! {
    /// When this thread asked, and the answer.
    static CACHED: Cell<(u64, u32)> = const { Cell::new((u64::MAX, 0)) };
}

/// The process as the current thread knew it at this tick: it asks once in each. Only a child whose parent's thread asked
/// and forked within one tick is taken for its parent, until the next tick.
#[inline]
pub(crate) fn at_tick(tick: u64) -> u32 {
    let (asked, process) = CACHED.get();
    if asked == tick { process } else { refresh(tick) }
}

/// The process, asked at this tick.
#[cold]
pub(crate) fn refresh(tick: u64) -> u32 {
    let process = std::process::id();
    CACHED.set((tick, process));
    process
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_process_is_asked_for_again_at_the_next_tick() {
        CACHED.set((7, 1));
        assert_eq!(at_tick(7), 1);
        assert_eq!(at_tick(8), std::process::id());
    }
}
