//! How many events of one kind are kept: an outage refuses thousands of calls each second, and must not push out of the
//! log what says that it began.

use std::sync::atomic::{AtomicU64, Ordering};

/// So many of each kind in a second.
pub(crate) const EACH_SECOND: u64 = 50;

/// The events of one kind. Relaxed everywhere: each word says all by itself, and a few more or fewer do not matter.
#[derive(Debug, Default)]
pub(crate) struct Spared {
    /// The second that is counted.
    second: AtomicU64,
    /// Those in it.
    count: AtomicU64,
    /// Those that were left out since the last that was kept.
    left_out: AtomicU64,
}

impl Spared {
    /// Whether one is kept that happens in this second. Then, how many were left out before it.
    pub(crate) fn keep(&self, second: u64) -> Option<u64> {
        if self.second.swap(second, Ordering::Relaxed) != second {
            self.count.store(0, Ordering::Relaxed);
        }
        if self.count.fetch_add(1, Ordering::Relaxed) < EACH_SECOND {
            return Some(self.left_out.swap(0, Ordering::Relaxed));
        }
        self.left_out.fetch_add(1, Ordering::Relaxed);
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_each_second_are_kept_and_say_how_many_were_not() {
        let spared = Spared::default();
        let kept = (0..1_000).filter(|_| spared.keep(7).is_some()).count();
        assert_eq!(kept as u64, EACH_SECOND);
        assert_eq!(spared.keep(8), Some(1_000 - EACH_SECOND));
        assert_eq!(spared.keep(8), Some(0));
    }
}
