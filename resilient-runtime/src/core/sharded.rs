//! Words that are written often by many threads: each of the first threads has a shard of its own.
//!
//! One thread writes to an owned shard, so that needs no locked instruction and no cache line moves between cores. All
//! further threads share one more shard.

use crate::core::sync::{AtomicU64, OWNED_SHARDS as OWNED, Ordering};
use crate::core::thread_number;

/// `N` words in each shard: the owned ones, and the shared one as the last.
#[derive(Debug)]
pub(crate) struct Shards<const N: usize> {
    shards: [Shard<N>; OWNED + 1],
}

/// Aligned to two cache lines, because processors prefetch lines in pairs.
#[derive(Debug)]
#[repr(align(128))]
struct Shard<const N: usize>([AtomicU64; N]);

/// The shard of one thread.
#[derive(Clone, Copy)]
pub(crate) struct LocalShard<'a, const N: usize> {
    shard: &'a Shard<N>,
    is_owned: bool,
}

impl<const N: usize> Shards<N> {
    pub(crate) fn new() -> Self {
        Self { shards: std::array::from_fn(|_| Shard(std::array::from_fn(|_| AtomicU64::new(0)))) }
    }

    /// The shard of the current thread.
    #[inline]
    pub(crate) fn local(&self) -> LocalShard<'_, N> {
        // One comparison suffices for a thread with an owned shard.
        let number = thread_number::known();
        if number < OWNED { self.shard(number) } else { self.local_slow() }
    }

    #[cold]
    #[inline(never)]
    fn local_slow(&self) -> LocalShard<'_, N> {
        self.shard(thread_number::local().min(OWNED))
    }

    #[inline]
    fn shard(&self, index: usize) -> LocalShard<'_, N> {
        LocalShard { shard: &self.shards[index], is_owned: index < OWNED }
    }

    /// The value of one word in every shard. The Acquire loads pair with the Release stores of
    /// [`set_all`](Self::set_all), [`LocalShard::add_one`] and [`LocalShard::update`].
    pub(crate) fn all(&self, word: usize) -> impl Iterator<Item = u64> {
        self.shards.iter().map(move |shard| shard.0[word].load(Ordering::Acquire))
    }

    /// Stores one word in every shard. The owner of a shard that loaded its word just before may overwrite this.
    ///
    /// The Release stores pair with the Acquire loads of [`all`](Self::all), and with those of [`LocalShard::update`]
    /// in the shared shard. Owners load Relaxed: see there.
    pub(crate) fn set_all(&self, word: usize, value: u64) {
        self.shards.iter().for_each(|shard| shard.0[word].store(value, Ordering::Release));
    }

    pub(crate) fn sum(&self, word: usize) -> u64 {
        self.all(word).sum()
    }
}

impl<const N: usize> LocalShard<'_, N> {
    /// Adds one. Release pairs with the Acquire loads of [`Shards::all`]. The owner of a shard loads Relaxed what it
    /// stored itself.
    #[inline]
    pub(crate) fn add_one(self, word: usize) {
        let word = &self.shard.0[word];
        if self.is_owned {
            word.store(word.load(Ordering::Relaxed).wrapping_add(1), Ordering::Release);
        } else {
            word.fetch_add(1, Ordering::Release);
        }
    }

    /// Replaces a word by the result of `next`, and returns the word before; `Err` if `next` returns `None`.
    ///
    /// In an owned shard the load is Relaxed: it reads what this thread stored itself or what [`Shards::set_all`]
    /// stored, and only the number is used. In the shared shard, Acquire pairs with the Release of the other writers.
    /// Release in both pairs with the Acquire loads of [`Shards::all`].
    #[inline]
    pub(crate) fn update(self, word: usize, next: impl Fn(u64) -> Option<u64>) -> Result<u64, u64> {
        let word = &self.shard.0[word];
        if !self.is_owned {
            return word.fetch_update(Ordering::AcqRel, Ordering::Acquire, next);
        }
        let before = word.load(Ordering::Relaxed);
        let after = next(before).ok_or(before)?;
        word.store(after, Ordering::Release);
        Ok(before)
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_lost_between_more_threads_than_there_are_shards() {
        let shards = Shards::<2>::new();
        for _ in 0..3 {
            std::thread::scope(|scope| {
                for _ in 0..OWNED * 2 {
                    scope.spawn(|| (0..1_000).for_each(|_| shards.local().add_one(1)));
                }
            });
        }
        assert_eq!(shards.sum(0), 0);
        assert_eq!(shards.sum(1), OWNED as u64 * 6_000);
    }

    #[test]
    fn a_word_is_replaced_in_an_owned_and_in_the_shared_shard() {
        let shards = Shards::<1>::new();
        for index in [0, OWNED] {
            let shard = shards.shard(index);
            assert_eq!(shard.update(0, |word| Some(word + 5)), Ok(0));
            assert_eq!(shard.update(0, |word| (word != 5).then_some(0)), Err(5));
        }
        assert_eq!(shards.sum(0), 10);
    }
}
