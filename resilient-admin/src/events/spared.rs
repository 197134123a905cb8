//! How many events of one kind are kept: an outage refuses thousands of calls each second, and must not push out of the
//! log what says that it began.

use std::sync::atomic::{AtomicU32, Ordering};

/// So many of each kind in a second.
pub(crate) const EACH_SECOND: u32 = 50;

/// The events of one kind, in words that every processor has. Relaxed everywhere: each word says all by itself, and a few more or fewer do not matter.
#[derive(Debug, Default)]
pub(crate) struct Spared {
    /// The second that is counted: the lower half of its number.
    second: AtomicU32,
    /// Those in it.
    count: AtomicU32,
    /// Those that were left out since the last that was kept.
    left_out: AtomicU32,
}

impl Spared {
    /// Whether one is kept that happens in this second. Then, how many were left out before it.
    pub(crate) fn keep(&self, second: u64) -> Option<u64> {
        let second = u32::try_from(second & u64::from(u32::MAX)).unwrap_or_default();
        if self.second.swap(second, Ordering::Relaxed) != second {
            self.count.store(0, Ordering::Relaxed);
        }
        if self.count.fetch_add(1, Ordering::Relaxed) < EACH_SECOND {
            return Some(self.left_out.swap(0, Ordering::Relaxed).into());
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
        assert_eq!(kept, EACH_SECOND as usize);
        assert_eq!(spared.keep(8), Some(u64::from(1_000 - EACH_SECOND)));
        assert_eq!(spared.keep(8), Some(0));
    }
}
