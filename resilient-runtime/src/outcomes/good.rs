//! Good calls, which each thread counts in a word of its own shard.
//!
//! ```text
//!  63        40 39                                        0
//! +------------+-------------------------------------------+
//! | generation | good calls of this generation              |
//! +------------+-------------------------------------------+
//! ```
//!
//! A word holds the low bits of the generation that it counts for. A call is counted only after its whole generation
//! has been compared with the window's, and only in a word with the same low bits. Clearing a window rewrites all words
//! for the new generation, under the window's lock, so no word is old enough for its low bits to have wrapped.
//!
//! A thread that loaded its word just before it is rewritten may store over the rewritten one. The word then has the
//! bits of an older generation: it is not summed, and its thread rewrites it under the lock before it counts again.
//!
//! The same holds for a shard that is made while a window is cleared, or after: its word is zero, so it counts no call
//! of generation 0. For a generation whose low bits are zero that is right, and for any other it is not summed.

use crate::core::sharded::LocalWords;
use crate::core::totals::Totals;

const COUNT_BITS: u32 = 40;
const COUNT_MAX: u64 = (1 << COUNT_BITS) - 1;

/// The words in which a window counts good calls: one of the totals of what it belongs to.
#[derive(Clone, Copy)]
pub(crate) struct Counted<'a, const N: usize> {
    pub(crate) totals: &'a Totals<N>,
    pub(crate) word: usize,
}

/// How many of the counted good calls a window has collected. Kept behind the window's lock.
#[derive(Debug, Default)]
pub(crate) struct Collected(u64);

/// A word of this generation that counts nothing yet.
const fn fresh(generation: u64) -> u64 {
    generation << COUNT_BITS
}

/// What a word counts if it is of this generation, else more than [`COUNT_MAX`].
const fn count_of(word: u64, generation: u64) -> u64 {
    word ^ fresh(generation)
}

/// Counts a good call in a word of the current thread; `false` if the word belongs to another generation, or is full.
#[inline]
pub(crate) fn count_in<const N: usize>(words: LocalWords<'_, N>, word: usize, generation: u64) -> bool {
    let next = |word| (count_of(word, generation) < COUNT_MAX).then_some(word + 1);
    words.update(word, next).is_ok()
}

impl<const N: usize> Counted<'_, N> {
    /// All good calls of this generation.
    fn sum(self, generation: u64) -> u64 {
        let counts = self.totals.all(self.word).map(|word| count_of(word, generation));
        counts.filter(|count| *count <= COUNT_MAX).sum()
    }
}

impl Collected {
    /// The good calls since the last time. Rewrites the word of this thread if it cannot count further ones.
    pub(crate) fn collect<const N: usize>(&mut self, counted: Counted<'_, N>, generation: u64) -> u64 {
        let all = counted.sum(generation);
        let new = all.wrapping_sub(self.0);
        self.0 = all;
        // No thread counts in such a word without the lock. If it became full after `sum` read it, subtracting
        // `COUNT_MAX` wraps below zero for the moment, and its last calls are collected the next time.
        let unfit = |word| (count_of(word, generation) >= COUNT_MAX).then_some(fresh(generation));
        if let Ok(COUNT_MAX) = counted.totals.update(counted.word, unfit).map(|word| count_of(word, generation)) {
            self.0 = self.0.wrapping_sub(COUNT_MAX);
        }
        new
    }

    /// Forgets all calls, for a new generation.
    pub(crate) fn clear<const N: usize>(&mut self, counted: Counted<'_, N>, generation: u64) {
        counted.totals.set_all(counted.word, fresh(generation));
        self.0 = 0;
    }
}

#[cfg(all(test, not(resilient_loom)))]
impl<const N: usize> Counted<'_, N> {
    pub(crate) fn add_one(self, generation: u64) -> bool {
        self.totals.in_local(|words| count_in(words, self.word, generation))
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_is_full_is_emptied_and_no_call_is_lost() {
        let totals = Totals::<1>::sharded();
        let counted = Counted { totals: &totals, word: 0 };
        let mut collected = Collected::default();
        let _ = totals.update(0, |_| Some(fresh(9) + COUNT_MAX - 2));
        assert_eq!(collected.collect(counted, 9), COUNT_MAX - 2);
        assert!(counted.add_one(9) && counted.add_one(9));
        assert!(!counted.add_one(9), "it is full");
        assert_eq!(collected.collect(counted, 9), 2);
        assert!(counted.add_one(9));
        assert_eq!(collected.collect(counted, 9), 1);
        assert_eq!(collected.collect(counted, 9), 0);
    }

    #[test]
    fn a_word_of_another_generation_counts_nothing_until_it_is_rewritten() {
        let totals = Totals::<1>::sharded();
        let counted = Counted { totals: &totals, word: 0 };
        let mut collected = Collected::default();
        // With one call more, the full word of the generation before must not pass for an empty one of this.
        for stale in [fresh(8) | 5, fresh(8) | COUNT_MAX, fresh(10) | 5, fresh(9 + (1 << 23)) | 5] {
            let _ = totals.update(0, |_| Some(stale));
            assert!(!counted.add_one(9));
            assert_eq!(collected.collect(counted, 9), 0);
            assert!(counted.add_one(9));
            assert_eq!(collected.collect(counted, 9), 1);
            collected.clear(counted, 9);
        }
    }
}
