//! Words that threads write to without making their cores fight: each of the first threads has a shard of its own.
//!
//! A shard that one thread alone writes to needs no locked instruction. Threads beyond the last such shard write to one
//! that they share.

use std::cell::Cell;

use crate::core::sync::{
    AtomicU64, OWNED_SHARDS as OWNED, Ordering, claim_shard, plain_thread_local, release_shard, thread_local,
};

/// `N` words for each shard: those with one writer each, and one more for all other threads.
#[derive(Debug)]
pub(crate) struct Shards<const N: usize> {
    shards: [Shard<N>; SHARDS],
}

/// Two cache lines apart, because processors fetch lines in pairs.
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
        // One comparison for the common thread, which has a shard and has it for itself.
        let index = INDEX.with(Cell::get);
        if index < OWNED { self.shard(index) } else { self.local_slow() }
    }

    #[cold]
    #[inline(never)]
    fn local_slow(&self) -> LocalShard<'_, N> {
        self.shard(local_index())
    }

    #[inline]
    fn shard(&self, index: usize) -> LocalShard<'_, N> {
        LocalShard { shard: &self.shards[index], is_owned: index < OWNED }
    }

    /// What every shard holds of one word. Acquire pairs with the release in [`set_all`](Self::set_all), [`LocalShard::add_one`] and
    /// [`LocalShard::update`].
    pub(crate) fn all(&self, word: usize) -> impl Iterator<Item = u64> {
        self.shards.iter().map(move |shard| shard.0[word].load(Ordering::Acquire))
    }

    /// Stores one word in every shard. The owner of a shard that has loaded its word just before may store that over it.
    pub(crate) fn set_all(&self, word: usize, value: u64) {
        self.shards.iter().for_each(|shard| shard.0[word].store(value, Ordering::Release));
    }

    pub(crate) fn sum(&self, word: usize) -> u64 {
        self.all(word).sum()
    }
}

impl<const N: usize> LocalShard<'_, N> {
    #[inline]
    pub(crate) fn add_one(self, word: usize) {
        let word = &self.shard.0[word];
        if self.is_owned {
            word.store(word.load(Ordering::Relaxed).wrapping_add(1), Ordering::Release);
        } else {
            word.fetch_add(1, Ordering::Release);
        }
    }

    /// Replaces a word by what `next` makes of it and returns what it was before; `Err` if `next` returns nothing.
    ///
    /// In a shard of its own a thread reads what it stored itself (Relaxed), or what [`set_all`](Shards::set_all) stored. In
    /// the shared one, Acquire pairs with the release of the other threads that write to it.
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

plain_thread_local! {
    /// The index of the thread's shard.
    static INDEX: Cell<usize> = Cell::new(UNCLAIMED);
}

thread_local! {
    static CLAIM: Claim = Claim::new();
}

const UNCLAIMED: usize = usize::MAX;

/// How many shards there are.
pub(crate) const SHARDS: usize = OWNED + 1;

/// Which of the shards is the current thread's.
#[inline]
pub(crate) fn local_index() -> usize {
    let index = INDEX.with(Cell::get);
    if index < SHARDS { index } else { claim() }
}

#[cold]
fn claim() -> usize {
    // A thread that is ending has given its shard back.
    let index = CLAIM.try_with(|claim| claim.0).unwrap_or(OWNED);
    INDEX.with(|local| local.set(index));
    index
}

/// A shard that is given back when the thread ends.
struct Claim(usize);

impl Claim {
    fn new() -> Self {
        Self(claim_shard())
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        // Whatever else the thread does while it ends goes to the shared shard.
        let _ = INDEX.try_with(|local| local.set(OWNED));
        release_shard(self.0);
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
