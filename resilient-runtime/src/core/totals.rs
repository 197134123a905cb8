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
        self.in_local_of_few(move |words| words.add_one(word));
    }

    /// Replaces a word of the current thread: see [`LocalWords::update`].
    #[inline]
    pub(crate) fn update(&self, word: usize, next: impl Fn(u64) -> Option<u64>) -> Result<u64, u64> {
        self.in_local_of_few(move |words| words.update(word, next))
    }

    /// The words to which the current thread writes.
    #[cfg(feature = "readings")]
    pub(crate) fn local(&self) -> LocalWords<'_, N> {
        match &self.shards {
            Some(shards) => shards.local(),
            None => LocalWords::shared(&self.plain),
        }
    }

    /// Calls `act` with the words to which the current thread writes, for what each call does: the look-up in the next
    /// chunks is inlined, too, which makes callers larger.
    #[inline]
    pub(crate) fn in_local<R>(&self, act: impl FnOnce(LocalWords<'_, N>) -> R) -> R {
        let local = self.shards.as_ref().and_then(|shards| shards.local_in_first().or_else(|| shards.local_in_next()));
        match local {
            Some(words) => act(words),
            None => self.in_shared_or_new(act),
        }
    }

    /// As [`in_local`](Self::in_local), with less code for callers and more instructions beyond the first chunk.
    #[inline]
    fn in_local_of_few<R>(&self, act: impl FnOnce(LocalWords<'_, N>) -> R) -> R {
        match self.shards.as_ref().and_then(|shards| shards.local_in_first()) {
            Some(words) => act(words),
            None => self.in_next_or_shared(act),
        }
    }

    // These two are not inlined, so that callers are small. `act` is compiled for each case, so that in an owned shard
    // nothing asks whether it is owned.

    #[cold]
    #[inline(never)]
    fn in_next_or_shared<R>(&self, act: impl FnOnce(LocalWords<'_, N>) -> R) -> R {
        match self.shards.as_ref().and_then(|shards| shards.local_in_next()) {
            Some(words) => act(words),
            None => self.in_shared_or_new(act),
        }
    }

    /// Where several threads write, or a chunk has to be made.
    #[cold]
    #[inline(never)]
    fn in_shared_or_new<R>(&self, act: impl FnOnce(LocalWords<'_, N>) -> R) -> R {
        act(match &self.shards {
            Some(shards) => shards.local_at_last(),
            None => LocalWords::shared(&self.plain),
        })
    }

    /// The values that have to be summed for one word: see [`Shards::all`].
    pub(crate) fn all(&self, word: usize) -> impl Iterator<Item = u64> {
        let plain = self.plain[word].load(Ordering::Acquire);
        self.shards.iter().flat_map(move |shards| shards.all(word)).chain([plain])
    }

    /// Stores one word for every thread, Relaxed: see [`Shards::set_all`]. The plain word is swapped, as `update` replaces
    /// it: loom mixes up the order of a store and of replacements beside it.
    pub(crate) fn set_all(&self, word: usize, value: u64) {
        match &self.shards {
            Some(shards) => shards.set_all(word, value),
            None => _ = self.plain[word].swap(value, Ordering::Relaxed),
        }
    }

    /// The sum of one word: see [`Shards::sum`]. Acquire as in [`Shards::all`].
    pub(crate) fn sum(&self, word: usize) -> u64 {
        match &self.shards {
            Some(shards) => shards.sum(word),
            None => self.plain[word].load(Ordering::Acquire),
        }
    }
}

#[cfg(all(test, resilient_loom))]
mod loom_tests {
    //! A model of the words that all threads count in.

    use loom::sync::Arc;
    use loom::thread;

    use super::Totals;
    use crate::core::loom_model::model;

    #[test]
    fn who_reads_a_count_reads_what_was_counted_before_it() {
        model(|| {
            let totals = Arc::new(Totals::<2>::plain());
            let (counts, reads) = (Arc::clone(&totals), Arc::clone(&totals));
            let writer = thread::spawn(move || {
                counts.add_one(0);
                counts.add_one(1);
            });
            let reader = thread::spawn(move || {
                let later = reads.sum(1);
                assert!(reads.sum(0) >= later);
            });
            reader.join().unwrap();
            writer.join().unwrap();
        });
    }
}
