//! How many calls a bulkhead has refused.

use crate::core::sharded::Shards;
use crate::core::sync::{AtomicU64, Ordering};

/// A counter for each thread, or one for all threads where memory counts more than threads that are refused at the same
/// time.
#[derive(Debug)]
pub(super) struct RejectedCalls {
    /// `None` if all threads use one.
    sharded: Option<Box<Shards<1>>>,
    /// The Release of each addition pairs with the Acquire of [`total`](Self::total).
    unsharded: AtomicU64,
}

impl RejectedCalls {
    pub(super) fn new(cores: usize) -> Self {
        Self { sharded: (cores > 1).then(|| Box::new(Shards::new())), unsharded: AtomicU64::new(0) }
    }

    #[inline]
    pub(super) fn add_one(&self) {
        match &self.sharded {
            Some(shards) => shards.local().add_one(0),
            None => _ = self.unsharded.fetch_add(1, Ordering::Release),
        }
    }

    #[cfg(all(test, not(resilient_loom)))]
    pub(super) const fn is_sharded(&self) -> bool {
        self.sharded.is_some()
    }

    pub(super) fn total(&self) -> u64 {
        self.sharded.as_ref().map_or_else(|| self.unsharded.load(Ordering::Acquire), |shards| shards.sum(0))
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests {
    use super::*;

    #[test]
    fn none_is_lost_in_either_form() {
        for cores in [1, 2] {
            let calls = RejectedCalls::new(cores);
            std::thread::scope(|scope| {
                for _ in 0..4 {
                    scope.spawn(|| (0..1_000).for_each(|_| calls.add_one()));
                }
            });
            assert_eq!((calls.total(), calls.is_sharded()), (4_000, cores > 1));
        }
    }
}
