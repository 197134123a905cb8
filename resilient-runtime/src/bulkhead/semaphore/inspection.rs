//! What only tests and models look at.

#[cfg(not(resilient_loom))]
use crate::bulkhead::semaphore::lines::Lines;
use crate::bulkhead::semaphore::pool_word::PoolWord;
use crate::bulkhead::semaphore::semaphore::Semaphore;

impl Semaphore {
    /// What holds whenever the lock of the queue is free, whatever other threads do.
    pub(crate) fn assert_invariants(&self) {
        let queue = self.queue();
        let word = self.word();
        assert_eq!(word.calls_wait(), queue.len() > 0, "the word says whether calls wait");
        assert!(!word.calls_wait() || word.free() <= 0, "a call waits while a slot is free");
        assert!(!word.calls_wait() || !word.has_open_lines(), "a call waits while lines are open");
        if !word.has_open_lines() {
            assert_eq!(self.lines().map_or(0, |lines| lines.free() + lines.takes()), 0, "a closed line is not empty");
        }
    }

    /// The pool's word at any time.
    #[cfg(resilient_loom)]
    pub(super) fn pool(&self) -> PoolWord {
        self.word()
    }
}

#[cfg(not(resilient_loom))]
impl Semaphore {
    pub(crate) fn has_lines(&self) -> bool {
        self.lines().is_some()
    }

    pub(super) fn free_on_lines(&self) -> u64 {
        self.lines().map_or(0, Lines::free)
    }

    pub(super) fn has_many_takes(&self) -> bool {
        self.word().has_many_takes() || self.lines().is_some_and(Lines::have_many_takes)
    }

    /// As after so many takes that the third from now is one too many for the pool's word, and for that of each open
    /// line. Returns the total.
    pub(super) fn nearly_overflow(&self) -> u64 {
        self.add_takes(PoolWord::MANY_TAKES - 3 - self.word().takes());
        if let Some(lines) = self.lines() {
            lines.nearly_overflow();
        }
        self.total_taken()
    }
}
