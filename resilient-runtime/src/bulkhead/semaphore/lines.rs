//! Where threads keep free slots.

use crate::bulkhead::semaphore::line_word::LineWord;
use crate::bulkhead::semaphore::local_line::{choice, choose_another};
use crate::core::sync::{AtomicU64, AtomicUsize, FREE_PER_LINE, FREE_PER_ROOM, MIN_LIMIT_WITH_LINES, Ordering};

/// The lines of a semaphore, one for each core.
#[derive(Debug)]
pub(super) struct Lines {
    /// How many lines were opened last, less one: that number is a power of two, so the low bits of a thread's choice
    /// select a line. Written under the lock of the queue. Relaxed: with an older value a thread finds another
    /// line, whose own word says whether it is open.
    mask: AtomicUsize,
    /// A power of two.
    lines: Box<[Line]>,
}

/// Aligned to two cache lines, because processors prefetch lines in pairs.
#[derive(Debug)]
#[repr(align(128))]
pub(super) struct Line {
    /// A [`LineWord`]. Each change is a read-modify-write, but for the store that opens the line, while it is closed and
    /// therefore nobody else changes it.
    ///
    /// The Acquire of one that takes a slot, or closes the line, pairs with the Release of the one that gave it back:
    /// so a call sees what the holder of its slot before it did. The Acquire of one that gives a slot back pairs with
    /// the Release of the store that opened the line: so it comes after the change of the pool's word that says that
    /// lines are open, and whoever knows of that slot finds that word or a later one, and is not refused by one before.
    /// All other loads are Relaxed: a stale one fails the compare-exchange that follows.
    word: AtomicU64,
}

/// The most lines that a semaphore has, all together 16 KiB.
const MOST_LINES: usize = 128;

/// How many slots have to be free in the pool for lines to be opened, or `None` if they are never worth it. With less
/// than a quarter of the limit they would be closed again too soon.
pub(super) fn enough_to_open(limit: u32, cores: u32) -> Option<u32> {
    (limit >= MIN_LIMIT_WITH_LINES && cores > 1).then(|| (limit / 4).max(2 * FREE_PER_LINE))
}

impl Lines {
    /// Lines for threads on so many cores, all closed.
    pub(super) fn closed(cores: u32) -> Self {
        let lines = MOST_LINES.min(cores as usize).next_power_of_two();
        let line = || Line { word: AtomicU64::new(LineWord::CLOSED.bits()) };
        Self { mask: AtomicUsize::new(0), lines: (0..lines).map(|_| line()).collect() }
    }

    /// Opens lines, under the lock of the queue: as many as are worth it, with room for half of the `free` slots, which
    /// are at least [`enough_to_open`].
    pub(super) fn open(&self, free: u32) {
        let lines = self.lines.len().min(1 << (free / FREE_PER_LINE).ilog2());
        let room = free.div_ceil(FREE_PER_ROOM * u32::try_from(lines).unwrap_or(u32::MAX));
        for line in &self.lines[..lines] {
            // Release: see `Line::word`.
            line.word.store(LineWord::open(room).bits(), Ordering::Release);
        }
        self.mask.store(lines - 1, Ordering::Relaxed);
    }

    /// Closes all lines, under the lock of the queue. Returns how many slots were free on them, and how many were taken
    /// from them.
    pub(super) fn close(&self) -> (u64, u64) {
        let open = self.mask.load(Ordering::Relaxed) + 1;
        let close = |line: &Line| {
            // Acquire: see `Line::word`. What the closing publishes is in the pool's word.
            LineWord::from_bits(line.word.swap(LineWord::CLOSED.bits(), Ordering::Acquire))
        };
        let closed = self.lines[..open].iter().map(close);
        closed.fold((0, 0), |(free, takes), line| (free + line.free(), takes + line.takes()))
    }

    /// How many slots are free on lines; while threads take and give, about so many. Acquire: see `Semaphore::taken`.
    pub(super) fn free(&self) -> u64 {
        self.lines.iter().map(|line| LineWord::from_bits(line.word.load(Ordering::Acquire)).free()).sum()
    }

    /// How many slots were taken from lines and are counted nowhere else.
    pub(super) fn takes(&self) -> u64 {
        self.lines.iter().map(|line| line.word().takes()).sum()
    }

    #[cfg(all(test, not(resilient_loom)))]
    pub(super) fn have_many_takes(&self) -> bool {
        self.lines.iter().any(Line::has_many_takes)
    }

    /// How many lines were opened last.
    #[cfg(all(test, not(resilient_loom)))]
    pub(super) fn opened(&self) -> usize {
        self.mask.load(Ordering::Relaxed) + 1
    }

    /// As after so many takes that the third from now is one too many for each open line.
    #[cfg(all(test, not(resilient_loom)))]
    pub(super) fn nearly_overflow(&self) {
        for line in &self.lines[..=self.mask.load(Ordering::Relaxed)] {
            let takes = LineWord::MANY_TAKES - 3 - line.word().takes();
            line.word.fetch_add(LineWord::bits_of_takes(takes), Ordering::Relaxed);
        }
    }

    /// The current thread's line.
    #[inline]
    pub(super) fn local(&self) -> Option<&Line> {
        self.lines.get(choice() & self.mask.load(Ordering::Relaxed))
    }

    /// Takes a slot from the current thread's line, and returns that line.
    #[inline]
    pub(super) fn take(&self) -> Option<&Line> {
        self.local().filter(|line| line.take())
    }

    /// After [`take`](Self::take) has failed: if another thread was there at the same time, from another line.
    pub(super) fn take_from_another(&self) -> Option<&Line> {
        self.local()?.word().take()?;
        choose_another();
        self.take()
    }

    /// Gives a slot back to the current thread's line, or if another thread is there at the same time, to another line.
    pub(super) fn give(&self) -> bool {
        let Some(line) = self.local() else { return false };
        if line.give() {
            return true;
        }
        if line.word().give().is_none() {
            return false;
        }
        choose_another();
        self.local().is_some_and(Line::give)
    }
}

impl Line {
    fn word(&self) -> LineWord {
        LineWord::from_bits(self.word.load(Ordering::Relaxed))
    }

    /// Takes a slot, if one is free and no other thread changes the line at the same time.
    #[inline]
    fn take(&self) -> bool {
        self.change(LineWord::take)
    }

    /// Gives a slot back, if there is room, the takes are not many, and no other thread changes the line at the same
    /// time.
    #[inline]
    pub(super) fn give(&self) -> bool {
        self.change(LineWord::give)
    }

    #[inline]
    fn change(&self, next: impl Fn(LineWord) -> Option<LineWord>) -> bool {
        let word = self.word();
        let Some(next) = next(word) else { return false };
        // Acquire and Release: see `word`. After a failed one nothing depends on what it read.
        self.word.compare_exchange(word.bits(), next.bits(), Ordering::AcqRel, Ordering::Relaxed).is_ok()
    }

    pub(super) fn has_many_takes(&self) -> bool {
        self.word().has_many_takes()
    }

    /// Under the lock of the queue: how many takes the line's word no longer counts.
    pub(super) fn remove_many_takes(&self) -> u64 {
        // It may have been closed meanwhile.
        if !self.has_many_takes() {
            return 0;
        }
        // Relaxed: the release sequences of the line's word go on across it.
        self.word.fetch_sub(LineWord::MANY_TAKES_BITS, Ordering::Relaxed);
        LineWord::MANY_TAKES
    }
}
