//! Statistics that do not make cores fight: each thread adds to a shard, a reader sums them up.

use std::cell::Cell;

use crate::sync::{AtomicU64, AtomicUsize, Ordering};

/// More threads than this share shards, which costs time but loses nothing.
const SHARDS: usize = 16;

/// `N` counters.
#[derive(Debug)]
pub(crate) struct Counters<const N: usize> {
    shards: [Shard<N>; SHARDS],
}

/// Two cache lines apart, because processors fetch lines in pairs.
#[derive(Debug)]
#[repr(align(128))]
struct Shard<const N: usize>([AtomicU64; N]);

impl<const N: usize> Counters<N> {
    pub(crate) fn new() -> Self {
        Self { shards: std::array::from_fn(|_| Shard(std::array::from_fn(|_| AtomicU64::new(0)))) }
    }

    pub(crate) fn add_one(&self, counter: usize) {
        self.shards[this_thread()].0[counter].fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn sum(&self, counter: usize) -> u64 {
        self.shards.iter().map(|shard| shard.0[counter].load(Ordering::Relaxed)).sum()
    }
}

/// The shard of the current thread.
fn this_thread() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static MINE: Cell<usize> = const { Cell::new(usize::MAX) };
    }
    MINE.with(|mine| {
        if mine.get() == usize::MAX {
            mine.set(NEXT.fetch_add(1, Ordering::Relaxed));
        }
        mine.get() % SHARDS
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_lost_between_threads() {
        let counters = Counters::<2>::new();
        std::thread::scope(|scope| {
            for _ in 0..SHARDS * 2 {
                scope.spawn(|| (0..1_000).for_each(|_| counters.add_one(1)));
            }
        });
        assert_eq!(counters.sum(0), 0);
        assert_eq!(counters.sum(1), SHARDS as u64 * 2_000);
    }
}
