//! The state of one call's attempts: counts them, computes the delays, and decides when they end. Pure.

use std::time::Duration;

use crate::core::attempt::Attempt;
use crate::core::check::nanos;
use crate::core::retries_exhausted::GiveUpReason;
use crate::retry::backoff::{self, Backoff, Jitter};
use crate::retry::settings::Settings;

/// The state of one call's attempts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Schedule {
    pub(super) made: u32,
    /// Set once there will be no further attempt.
    gave_up: Option<GiveUpReason>,
    /// The previous delay in nanoseconds, for decorrelated delays; zero before the first.
    previous: u64,
    /// The sum of all completed delays in nanoseconds. At least so much time has passed, even if a paused clock shows
    /// less.
    waited: u64,
}

/// What decides the delay after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wait {
    /// The policy.
    Computed,
    /// The callee, by an error. Up to a tenth is added, because otherwise all callers would retry at the same moment.
    Asked(Duration),
    /// An open breaker, which admits no call before. Jitter is added, for the same reason.
    AtLeast(Duration),
}

impl Wait {
    /// A delay that the callee asked for, cut to the policy's maximum. Zero, or a date in the past, asks for nothing.
    pub(crate) fn asked(settings: &Settings, delay: Duration) -> Self {
        match delay.min(settings.max_retry_after) {
            Duration::ZERO => Self::Computed,
            delay => Self::Asked(delay),
        }
    }
}

/// What to do after an attempt that should be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    Delay(Duration),
    Exhausted,
    /// The deadline above is over; without it there would be this delay.
    TooLate(Duration),
}

impl Schedule {
    pub(crate) const fn new() -> Self {
        Self { made: 0, gave_up: None, previous: 0, waited: 0 }
    }

    pub(crate) const fn made(&self) -> u32 {
        self.made
    }

    pub(crate) const fn begin(&mut self, settings: &Settings, elapsed: Duration) -> Attempt {
        self.made = self.made.saturating_add(1);
        Attempt::new(self.made, !settings.attempts_left(self.made), elapsed)
    }

    /// Decides after an attempt that should be repeated. `unit` gives a random number in `[0, 1)`, `elapsed` the time
    /// since the first attempt began, `left` the time until a deadline above. [`completed`](Self::completed) counts a
    /// delay. After [`Decision::Exhausted`] no attempt follows.
    pub(crate) fn after(
        &mut self,
        settings: &Settings,
        wait: Wait,
        unit: impl FnOnce() -> f64,
        elapsed: impl FnOnce() -> Duration,
        left: impl FnOnce() -> Option<Duration>,
    ) -> Decision {
        if self.gave_up.is_some() {
            return Decision::Exhausted;
        }
        if !settings.attempts_left(self.made) {
            return self.give_up(GiveUpReason::MaxAttempts);
        }
        let delay = match wait {
            Wait::Asked(delay) => return self.asked(settings, delay, unit, elapsed, left()),
            // A breaker that would admit a probe now still gets the computed delay.
            Wait::Computed | Wait::AtLeast(Duration::ZERO) => self.computed(settings, unit()),
            Wait::AtLeast(least) if settings.jitter == Some(Jitter::None) => least,
            Wait::AtLeast(least) => least.saturating_add(self.computed(settings, unit())),
        };
        self.within(settings, delay, elapsed, left())
    }

    /// The delay, unless it would end after `max_elapsed` or the deadline above.
    pub(super) fn within(
        &mut self,
        settings: &Settings,
        delay: Duration,
        elapsed: impl FnOnce() -> Duration,
        left: Option<Duration>,
    ) -> Decision {
        match settings.max_elapsed {
            Some(limit) if self.at_least(elapsed()).saturating_add(delay) > limit => {
                return self.give_up(GiveUpReason::MaxElapsed);
            }
            _ => {}
        }
        match left.filter(|_| settings.heeds_deadline) {
            Some(left) if left.is_zero() => {
                self.gave_up = Some(GiveUpReason::Deadline);
                Decision::TooLate(delay)
            }
            // An attempt that begins at the deadline would be dropped at once.
            Some(left) if delay >= left => self.give_up(GiveUpReason::Deadline),
            _ => Decision::Delay(delay),
        }
    }

    /// A delay that the callee asked for. What is added never makes it too long if it fits without.
    fn asked(
        &mut self,
        settings: &Settings,
        delay: Duration,
        unit: impl FnOnce() -> f64,
        elapsed: impl FnOnce() -> Duration,
        above: Option<Duration>,
    ) -> Decision {
        let Some(left) = self.left(settings, elapsed).filter(|left| delay <= *left) else {
            return self.give_up(GiveUpReason::MaxElapsed);
        };
        let spread =
            if settings.jitter == Some(Jitter::None) { delay } else { backoff::up_to_a_tenth_more(delay, unit()) };
        // The attempt has to begin before the deadline.
        let heeded = above.filter(|_| settings.heeds_deadline);
        let before = heeded.map_or(Duration::MAX, |above| above.saturating_sub(Duration::from_nanos(1)));
        match self.within(settings, delay, || Duration::ZERO, above) {
            Decision::Delay(_) => Decision::Delay(spread.min(left).min(before)),
            too_late => too_late,
        }
    }

    /// The longest delay that `max_elapsed` allows now; `None` if it is used up.
    fn left(&self, settings: &Settings, elapsed: impl FnOnce() -> Duration) -> Option<Duration> {
        settings.max_elapsed.map_or(Some(Duration::MAX), |limit| limit.checked_sub(self.at_least(elapsed())))
    }

    const fn give_up(&mut self, why: GiveUpReason) -> Decision {
        self.gave_up = Some(why);
        Decision::Exhausted
    }

    /// Counts a delay that has been waited for to its end.
    pub(crate) fn completed(&mut self, delay: Duration) {
        self.waited = self.waited.saturating_add(nanos(delay));
    }

    /// A delay that was counted does not begin, because the budget has no token for the attempt after it.
    pub(crate) fn refuse_token(&mut self, delay: Duration) {
        self.waited = self.waited.saturating_sub(nanos(delay));
        self.gave_up = Some(GiveUpReason::Budget);
    }

    /// Why no further attempt follows, once that is decided.
    pub(crate) const fn gave_up(&self) -> Option<GiveUpReason> {
        self.gave_up
    }

    /// The time elapsed by the clock, or the sum of the delays if that is more.
    pub(crate) fn at_least(&self, elapsed: Duration) -> Duration {
        elapsed.max(Duration::from_nanos(self.waited))
    }

    fn computed(&mut self, settings: &Settings, unit: f64) -> Duration {
        let cap = settings.max_delay;
        if settings.backoff == Backoff::Decorrelated {
            let previous = Duration::from_nanos(self.previous).max(settings.base_delay);
            let delay = backoff::decorrelated(settings.base_delay, previous, unit, cap);
            self.previous = nanos(delay);
            return delay;
        }
        settings.effective_jitter().spread(settings.longest_delay(self.made), unit, cap)
    }
}

#[cfg(test)]
mod tests;
