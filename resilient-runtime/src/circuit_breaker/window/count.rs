//! A window of the last so many calls: each new call replaces the oldest.

use crate::core::sync::{AtomicU64, Mutex, MutexGuard, Ordering, PoisonError};
use crate::outcomes::call::{Call, NONE};
use crate::outcomes::good::{Collected, Counted};
use crate::outcomes::tally::Tally;

#[derive(Debug)]
pub(crate) struct CountWindow {
    recent: Mutex<Recent>,
    /// The generation of the window once it holds as many calls as are needed; else [`NONE`]. From then on a good call cannot raise
    /// a rate.
    ///
    /// Stored under the lock. The Release store in `record` pairs with the Acquire load in `only_counts`: a thread that reads
    /// a generation here sees the words of all threads as `clear` rewrote them for it. [`NONE`] in `clear` needs no
    /// pair: a thread that still reads the old generation counts a late call in a word of that generation, which is no
    /// longer summed, or finds its word rewritten and takes the lock.
    warm: AtomicU64,
}

/// The collected calls in order.
#[derive(Debug)]
struct Recent {
    /// How many calls the window must hold before a rate counts.
    needed: u64,
    generation: u64,
    collected: Collected,
    ring: Box<[Call]>,
    /// Where the next call goes.
    next: usize,
    tally: Tally,
}

impl CountWindow {
    pub(super) fn new(size: u32, needed: u64) -> Self {
        let ring = vec![Call::default(); size.max(1) as usize].into_boxed_slice();
        let (collected, tally) = (Collected::default(), Tally::default());
        let recent = Recent { needed, generation: 0, collected, ring, next: 0, tally };
        Self { recent: Mutex::new(recent), warm: AtomicU64::new(NONE) }
    }

    /// Whether a good call of this generation is only counted, by [`count_in`](crate::outcomes::good::count_in), if that succeeds.
    #[inline]
    pub(crate) fn only_counts(&self, generation: u64) -> bool {
        self.warm.load(Ordering::Acquire) == generation
    }

    fn recent(&self) -> MutexGuard<'_, Recent> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds the good calls that threads have counted since the last time, then the call itself.
    #[cold]
    pub(super) fn record<const N: usize>(&self, counted: Counted<'_, N>, generation: u64, call: Call) -> Option<Tally> {
        let mut recent = self.recent();
        if recent.generation != generation {
            return None;
        }
        let good_calls = recent.collected.collect(counted, generation);
        recent.push_good(good_calls);
        recent.push(call);
        if recent.tally.total >= recent.needed {
            self.warm.store(generation, Ordering::Release);
        }
        Some(recent.tally)
    }

    /// What it holds; `None` if it belongs to another generation.
    pub(crate) fn tally<const N: usize>(&self, counted: Counted<'_, N>, generation: u64) -> Option<Tally> {
        let mut recent = self.recent();
        if recent.generation != generation {
            return None;
        }
        let good_calls = recent.collected.collect(counted, generation);
        recent.push_good(good_calls);
        Some(recent.tally)
    }

    /// From now on a rate counts from so many calls on. The next call takes the lock and finds out whether there are.
    #[cfg(feature = "config")]
    pub(super) fn need(&self, calls: u64) {
        let mut recent = self.recent();
        recent.needed = calls;
        self.warm.store(NONE, Ordering::Release);
    }

    /// Whether it holds no call. A good call is counted without the lock only if there are others.
    pub(super) fn is_empty(&self) -> bool {
        self.recent().tally.total == 0
    }

    pub(super) fn clear<const N: usize>(&self, counted: Counted<'_, N>, generation: u64) {
        let mut recent = self.recent();
        self.warm.store(NONE, Ordering::Release);
        recent.clear(generation);
        recent.collected.clear(counted, generation);
    }
}

impl Recent {
    fn push_good(&mut self, calls: u64) {
        let fitting = usize::try_from(calls).unwrap_or(usize::MAX).min(self.ring.len());
        for _ in 0..fitting {
            self.push(Call::default());
        }
    }

    fn push(&mut self, call: Call) {
        let oldest = std::mem::replace(&mut self.ring[self.next], call);
        self.next = (self.next + 1) % self.ring.len();
        self.tally.total = (self.tally.total + 1).min(self.ring.len() as u64);
        self.tally.failed = self.tally.failed + u64::from(call.failed) - u64::from(oldest.failed);
        self.tally.slow = self.tally.slow + u64::from(call.slow) - u64::from(oldest.slow);
    }

    fn clear(&mut self, generation: u64) {
        self.generation = generation;
        self.next = 0;
        self.tally = Tally::default();
        self.ring.fill(Call::default());
    }
}
