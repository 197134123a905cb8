//! The last so many calls, truly sliding: each new call takes the place of the oldest.

use crate::policy::breaker::Tally;
use crate::policy::breaker::gate::Generation;
use crate::shared::window::{Call, Clear, Counted, Locked, Tagged};
use crate::sync::{AtomicU64, Ordering};

#[derive(Debug)]
pub(crate) struct CountWindow {
    recent: Locked<Recent>,
    /// The calls it must hold before it judges.
    needed: u64,
    /// Tagged; not zero once it holds so many. From then on a good call cannot make a rate rise.
    warm: AtomicU64,
}

/// The calls in order, the good ones as far as they have been collected.
#[derive(Debug)]
struct Recent {
    /// The good calls that were collected so far.
    collected: u64,
    ring: Box<[Call]>,
    /// Where the next call goes.
    next: usize,
    tally: Tally,
}

impl CountWindow {
    pub(super) fn new(size: u32, needed: u64) -> Self {
        let ring = vec![Call::default(); size.max(1) as usize].into_boxed_slice();
        let recent = Recent { collected: 0, ring, next: 0, tally: Tally::default() };
        Self { recent: Locked::new(recent), needed, warm: AtomicU64::new(0) }
    }

    #[inline]
    pub(super) fn count<const N: usize>(&self, counted: Counted<'_, N>, generation: Generation) -> bool {
        let is_counted = counted.shards.mine().update(counted.word, |word| Tagged::add_one(word, generation)).is_ok();
        is_counted && !self.is_warm(generation)
    }

    /// Puts what the threads have counted into the ring, and a bad call behind it.
    #[cold]
    pub(super) fn collect<const N: usize>(
        &self,
        counted: Counted<'_, N>,
        generation: Generation,
        call: Call,
    ) -> Option<Tally> {
        let mut recent = self.recent.of(generation)?;
        recent.collect(good_calls(counted, generation));
        if !call.is_good() {
            recent.push(call);
        }
        if recent.tally.total >= self.needed {
            self.warm.store(Tagged::join(generation, 1), Ordering::Release);
        }
        Some(recent.tally)
    }

    #[inline]
    fn is_warm(&self, generation: Generation) -> bool {
        self.warm.load(Ordering::Acquire) == Tagged::join(generation, 1)
    }
}

/// All good calls of this generation.
fn good_calls<const N: usize>(counted: Counted<'_, N>, generation: Generation) -> u64 {
    counted.shards.all(counted.word).filter_map(|word| Tagged::read(word, generation)).sum()
}

impl Recent {
    /// Puts the good calls that ended since the last time into the ring.
    fn collect(&mut self, good_calls: u64) {
        let new = good_calls.saturating_sub(self.collected);
        self.collected = self.collected.max(good_calls);
        let fitting = usize::try_from(new).unwrap_or(usize::MAX).min(self.ring.len());
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
}

impl Clear for Recent {
    fn clear(&mut self) {
        self.collected = 0;
        self.next = 0;
        self.tally = Tally::default();
        self.ring.fill(Call::default());
    }
}
