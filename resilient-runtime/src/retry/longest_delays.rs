//! How long the delays of a call are together at most.

use std::time::Duration;

use crate::retry::backoff::{Backoff, Jitter};
use crate::retry::settings::Settings;

/// So many delays are added up; each of the others is taken as the longest that there is.
const LOOKED_AT: u32 = 1_000;

impl Settings {
    /// Those between so many attempts, if refusals make it wait for `open` and a server asks for `asked`. `None` if a
    /// function of the program gives them.
    pub(crate) fn longest_delays(&self, attempts: u32, open: Duration, asked: Duration) -> Option<Duration> {
        if matches!(self.backoff, Backoff::Custom(_)) {
            return None;
        }
        // Jitter is added to an open time, lest all who wait come back at once.
        let is_jittered = self.jitter != Some(Jitter::None);
        let waited =
            |delay: Duration| if is_jittered { open.saturating_add(delay) } else { open.max(delay) }.max(asked);
        let delays = attempts.saturating_sub(1);
        let first = (1..=delays.min(LOOKED_AT)).map(|attempt| waited(self.greatest_delay(attempt)));
        let others = waited(self.greatest_delay(u32::MAX)).saturating_mul(delays.saturating_sub(LOOKED_AT));
        Some(first.fold(others, Duration::saturating_add))
    }

    /// The delay after `attempt` failed attempts with the most that jitter adds.
    fn greatest_delay(&self, attempt: u32) -> Duration {
        let nominal = self.longest_delay(attempt);
        match self.backoff {
            // Random by itself.
            Backoff::Decorrelated => nominal,
            _ => self.effective_jitter().spread(nominal, 1.0, self.max_delay),
        }
    }

    /// The time after which no further delay begins.
    pub(crate) const fn most_elapsed(&self) -> Option<Duration> {
        self.max_elapsed
    }

    /// The longest delay that a server can ask for.
    pub(crate) const fn most_retry_after(&self) -> Duration {
        self.max_retry_after
    }
}
