//! The pure state of one call's attempts: counts them, computes the delays, and decides when they end.

use std::time::Duration;

use crate::core::check::nanos;
use crate::core::error::GiveUpReason;
use crate::retry::backoff::{self, Backoff, Jitter};
use crate::retry::policy::{Attempt, RetryPolicy};

/// The pure state of one call's attempts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Schedule {
    pub(super) made: u32,
    /// Set once there will be no further attempt.
    gave_up: Option<GiveUpReason>,
    /// The nanoseconds of the delay before, for decorrelated delays; none before the first. Calls in flight carry it.
    previous: u64,
    /// The nanoseconds of all completed delays: so much time has passed at least, whatever a clock that is paused says.
    paused: u64,
}

/// What the delay after an attempt goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wait {
    /// The policy's own delays.
    Computed,
    /// What the callee asked for. Up to a tenth is added, or all who wait would come back at the same moment.
    Asked(Duration),
    /// An open breaker admits nobody before. Jitter is added, for the same reason.
    AtLeast(Duration),
}

impl Wait {
    /// A delay that a server asked for, as long as the policy lets it be. Zero, or a date that is over, asks for nothing.
    pub(crate) fn asked(policy: &RetryPolicy, delay: Duration) -> Self {
        match delay.min(policy.max_retry_after) {
            Duration::ZERO => Self::Computed,
            delay => Self::Asked(delay),
        }
    }
}

/// What to do after an attempt that was not good enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    Pause(Duration),
    Exhausted,
    /// A deadline above is over already; otherwise there would be this delay.
    TooLate(Duration),
}

impl Schedule {
    pub(crate) const fn new() -> Self {
        Self { made: 0, gave_up: None, previous: 0, paused: 0 }
    }

    pub(crate) const fn made(&self) -> u32 {
        self.made
    }

    pub(crate) const fn begin(&mut self, policy: &RetryPolicy, elapsed: Duration) -> Attempt {
        self.made = self.made.saturating_add(1);
        Attempt { number: self.made, last: !policy.attempts_left(self.made), elapsed }
    }

    /// Decides after an attempt that should be made again. `unit` is a random number in `[0, 1)`, `elapsed` the time
    /// since the first attempt began, `left` the time until a deadline above. A delay is counted by
    /// [`completed`](Self::completed), no attempt follows after [`Decision::Exhausted`].
    pub(crate) fn after(
        &mut self,
        policy: &RetryPolicy,
        wait: Wait,
        unit: impl FnOnce() -> f64,
        elapsed: impl FnOnce() -> Duration,
        left: impl FnOnce() -> Option<Duration>,
    ) -> Decision {
        if self.gave_up.is_some() {
            return Decision::Exhausted;
        }
        if !policy.attempts_left(self.made) {
            return self.give_up(GiveUpReason::MaxAttempts);
        }
        let delay = match wait {
            Wait::Asked(delay) => return self.asked(policy, delay, unit, elapsed, left()),
            // Who would be admitted at once waits for his turn all the same.
            Wait::Computed | Wait::AtLeast(Duration::ZERO) => self.computed(policy, unit()),
            Wait::AtLeast(least) if policy.jitter == Jitter::None => least,
            Wait::AtLeast(least) => least.saturating_add(self.computed(policy, unit())),
        };
        self.within(policy, delay, elapsed, left())
    }

    /// The delay, unless it would end too late.
    pub(super) fn within(
        &mut self,
        policy: &RetryPolicy,
        delay: Duration,
        elapsed: impl FnOnce() -> Duration,
        left: Option<Duration>,
    ) -> Decision {
        match policy.max_elapsed {
            Some(limit) if self.at_least(elapsed()).saturating_add(delay) > limit => {
                return self.give_up(GiveUpReason::MaxElapsed);
            }
            _ => {}
        }
        match left {
            Some(left) if left.is_zero() => {
                self.gave_up = Some(GiveUpReason::Deadline);
                Decision::TooLate(delay)
            }
            // An attempt that begins at the deadline would be dropped before it could do anything.
            Some(left) if delay >= left => self.give_up(GiveUpReason::Deadline),
            _ => Decision::Pause(delay),
        }
    }

    /// The spread never makes a delay too long that fits without it.
    fn asked(
        &mut self,
        policy: &RetryPolicy,
        delay: Duration,
        unit: impl FnOnce() -> f64,
        elapsed: impl FnOnce() -> Duration,
        above: Option<Duration>,
    ) -> Decision {
        let Some(left) = self.left(policy, elapsed).filter(|left| delay <= *left) else {
            return self.give_up(GiveUpReason::MaxElapsed);
        };
        let spread = if policy.jitter == Jitter::None { delay } else { backoff::up_to_a_tenth_more(delay, unit()) };
        // An attempt has to begin before the deadline.
        let before = above.map_or(Duration::MAX, |above| above.saturating_sub(Duration::from_nanos(1)));
        match self.within(policy, delay, || Duration::ZERO, above) {
            Decision::Pause(_) => Decision::Pause(spread.min(left).min(before)),
            too_late => too_late,
        }
    }

    /// How long a delay may be that ends in time; `None` if the time is over.
    fn left(&self, policy: &RetryPolicy, elapsed: impl FnOnce() -> Duration) -> Option<Duration> {
        policy.max_elapsed.map_or(Some(Duration::MAX), |limit| limit.checked_sub(self.at_least(elapsed())))
    }

    const fn give_up(&mut self, why: GiveUpReason) -> Decision {
        self.gave_up = Some(why);
        Decision::Exhausted
    }

    /// Counts a delay that has been made to its end.
    pub(crate) fn completed(&mut self, delay: Duration) {
        self.paused = self.paused.saturating_add(nanos(delay));
    }

    /// Why there is no further attempt, once that is decided.
    pub(crate) const fn gave_up(&self) -> Option<GiveUpReason> {
        self.gave_up
    }

    /// What has elapsed by a clock or, if that is more, by the delays made.
    pub(crate) fn at_least(&self, elapsed: Duration) -> Duration {
        elapsed.max(Duration::from_nanos(self.paused))
    }

    fn computed(&mut self, policy: &RetryPolicy, unit: f64) -> Duration {
        let cap = policy.max_delay;
        if policy.backoff == Backoff::Decorrelated {
            let previous = Duration::from_nanos(self.previous).max(policy.base_delay);
            let delay = backoff::decorrelated(policy.base_delay, previous, unit, cap);
            self.previous = nanos(delay);
            return delay;
        }
        policy.jitter.spread(policy.delay(self.made), unit, cap)
    }
}

#[cfg(test)]
mod tests;
