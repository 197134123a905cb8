//! The identifier of the current process, to detect a `fork`: the child has the memory of its parent, but none of its
//! threads.
//!
//! The timer asks for it at each wait, so the system call is made once per tick and thread. The pool of helper threads
//! asks once for each job.

use std::cell::Cell;

thread_local! {
    /// The tick of the last system call of this thread, and its result.
    static CACHED: Cell<(u64, u32)> = const { Cell::new((u64::MAX, 0)) };
}

/// The process now. WebAssembly has one, without an identifier, and the standard library panics there.
pub(crate) fn id() -> u32 {
    if cfg!(target_family = "wasm") { 1 } else { std::process::id() }
}

/// The process as of this tick. A child is taken for its parent until the next tick if the parent's thread asked and
/// forked within one tick.
#[inline]
pub(crate) fn at_tick(tick: u64) -> u32 {
    let (asked, process) = CACHED.get();
    if asked == tick { process } else { refresh(tick) }
}

/// The process by a system call, cached for this tick.
#[cold]
pub(crate) fn refresh(tick: u64) -> u32 {
    let process = id();
    CACHED.set((tick, process));
    process
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_process_is_read_again_at_the_next_tick() {
        CACHED.set((7, 1));
        assert_eq!(at_tick(7), 1);
        assert_eq!(at_tick(8), std::process::id());
    }
}
