//! When a file that is being written is complete.

use std::time::{Duration, Instant};

/// What has been the same for so long is complete: editors and `cp` write a small file in less.
pub(super) const QUIET: Duration = Duration::from_millis(100);
/// What changes all the time is taken as it is after so long.
const LONGEST: Duration = Duration::from_secs(2);

/// What is found, until two looks agree.
#[derive(Debug)]
pub(super) struct Settling<T> {
    found: T,
    begun: Instant,
    changed: Instant,
}

impl<T: PartialEq> Settling<T> {
    pub(super) const fn begin(found: T, now: Instant) -> Self {
        Self { found, begun: now, changed: now }
    }

    /// Looks again. What is complete is returned; nothing if another look is due after [`QUIET`].
    pub(super) fn look(&mut self, found: T, now: Instant) -> Option<T> {
        let is_same = found == self.found;
        if is_same && now.duration_since(self.changed) >= QUIET || now.duration_since(self.begun) >= LONGEST {
            return Some(found);
        }
        if !is_same {
            self.found = found;
            self.changed = now;
        }
        None
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests {
    use super::*;

    #[test]
    fn what_stays_the_same_for_long_enough_is_complete() {
        let begin = Instant::now();
        let mut settling = Settling::begin("ha", begin);
        assert_eq!(settling.look("half", begin + QUIET), None);
        assert_eq!(settling.look("half", begin + QUIET * 3 / 2), None, "only half the time is over");
        assert_eq!(settling.look("half", begin + QUIET * 2), Some("half"));
    }

    #[test]
    fn what_never_stays_the_same_is_taken_in_the_end() {
        let begin = Instant::now();
        let mut settling = Settling::begin(0, begin);
        let taken = (1..).find_map(|look| settling.look(look, begin + QUIET * look));
        assert_eq!(taken, Some(20));
    }
}
