//! Totals, counted by each thread in its own shard, or by all threads in the same words.
//!
//! Shards take 2 KiB and more, and are for state that many threads use at the same time. The same words are for state of
//! which there is much, and each of it is used by few threads at a time.

use crate::core::sharded::{LocalWords, Shards};
use crate::core::sync::{AtomicU64, Ordering};

/// `N` words. See [`LocalWords`] for the orderings, which are the same for both kinds.
#[derive(Debug)]
pub(crate) struct Totals<const N: usize> {
    shards: Option<Box<Shards<N>>>,
    /// What all threads count in if there are no shards; zero otherwise.
    plain: [AtomicU64; N],
}

impl<const N: usize> Totals<N> {
    /// Each thread counts in its own shard.
    pub(crate) fn sharded() -> Self {
        Self { shards: Some(Box::new(Shards::new())), ..Self::plain() }
    }

    /// All threads count in the same words.
    pub(crate) fn plain() -> Self {
        Self { shards: None, plain: std::array::from_fn(|_| AtomicU64::new(0)) }
    }

    /// Adds one: see [`LocalWords::add_one`].
    #[inline]
    pub(crate) fn add_one(&self, word: usize) {
        match self.local_in_first() {
            Some(words) => words.add_one(word),
            None => self.add_one_anywhere(word),
        }
    }

    /// Replaces a word of the current thread: see [`LocalWords::update`].
    #[inline]
    pub(crate) fn update(&self, word: usize, next: impl Fn(u64) -> Option<u64>) -> Result<u64, u64> {
        match self.local_in_first() {
            Some(words) => words.update(word, next),
            None => self.update_anywhere(word, next),
        }
    }

    #[inline]
    fn local_in_first(&self) -> Option<LocalWords<'_, N>> {
        self.shards.as_ref()?.local_in_first()
    }

    // These two are not inlined, so that callers are small which usually find their shard in the first chunk.

    #[cold]
    #[inline(never)]
    fn add_one_anywhere(&self, word: usize) {
        self.local_anywhere().add_one(word);
    }

    #[cold]
    #[inline(never)]
    fn update_anywhere(&self, word: usize, next: impl Fn(u64) -> Option<u64>) -> Result<u64, u64> {
        self.local_anywhere().update(word, next)
    }

    fn local_anywhere(&self) -> LocalWords<'_, N> {
        match &self.shards {
            Some(shards) => shards.local_further(),
            None => LocalWords::shared(&self.plain),
        }
    }

    /// The values that have to be summed for one word: see [`Shards::all`].
    pub(crate) fn all(&self, word: usize) -> impl Iterator<Item = u64> {
        let plain = self.plain[word].load(Ordering::Acquire);
        self.shards.iter().flat_map(move |shards| shards.all(word)).chain([plain])
    }

    /// Stores one word for every thread: see [`Shards::set_all`]. `AcqRel` as in [`LocalWords::update`]. The plain word is
    /// swapped, as `update` replaces it: loom mixes up the order of a store and of replacements beside it.
    pub(crate) fn set_all(&self, word: usize, value: u64) {
        match &self.shards {
            Some(shards) => shards.set_all(word, value),
            None => _ = self.plain[word].swap(value, Ordering::AcqRel),
        }
    }

    pub(crate) fn sum(&self, word: usize) -> u64 {
        self.all(word).sum()
    }
}
