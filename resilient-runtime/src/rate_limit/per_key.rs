//! Rate limits by key.

use std::ops::AddAssign;

use crate::core::check::{InvalidSetting, valid};
use crate::core::clock;
use crate::keyed::cell::{Cell, Worth};
use crate::keyed::per_key::PerKey;
use crate::keyed::policy::PerKeyPolicy;
use crate::rate_limit::limiter::{RateLimitStats, RateLimiter};
use crate::rate_limit::policy::RateLimitPolicy;

/// A rate limit for each key, such as each user. See [`PerKey`].
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::{RateLimitPolicy, RateLimiters};
/// use std::time::Duration;
///
/// let users =
///     RateLimiters::new("user", RateLimitPolicy::new(1, Duration::from_secs(60)).per_key());
/// users.get("ann").try_acquire().unwrap();
/// assert!(users.get("ann").try_acquire().is_err());
/// assert!(users.get("bob").try_acquire().is_ok());
/// ```
pub type RateLimiters = PerKey<RateLimiter>;

impl RateLimitPolicy {
    /// The most permits of a window of which there is one for each key. More need a [`burst`](Self::burst).
    pub const MAX_WINDOW_PER_KEY: u32 = resilient_rules::rate_limit::MAX_WINDOW_PER_KEY;

    /// These settings for each key.
    ///
    /// # Panics
    ///
    /// In debug builds if a window holds more than [`MAX_WINDOW_PER_KEY`](Self::MAX_WINDOW_PER_KEY) permits; in a `const`
    /// that is a compile error. In release builds it then holds as many.
    #[track_caller]
    pub const fn per_key(self) -> PerKeyPolicy<Self> {
        PerKeyPolicy::of(self.of_small_window())
    }

    /// As [`per_key`](Self::per_key), for settings known only at run time.
    ///
    /// # Errors
    ///
    /// If a window holds more than [`MAX_WINDOW_PER_KEY`](Self::MAX_WINDOW_PER_KEY) permits.
    pub const fn try_per_key(self) -> Result<PerKeyPolicy<Self>, InvalidSetting> {
        valid(PerKeyPolicy::of(self), self.problem_per_key())
    }
}

impl RateLimiters {
    /// The keys that are stopped now, in their order: see [`RateLimiter::hold`]. A long key stands as it is kept, see
    /// [`Key`](crate::Key).
    pub fn held(&self) -> Vec<String> {
        let is_held = |limiter: &RateLimiter| (!limiter.held_for().is_zero()).then_some(());
        self.pick(is_held).into_iter().map(|(key, ())| key).collect()
    }

    /// The totals of all keys together, also of those that were forgotten.
    pub fn stats(&self) -> RateLimitStats {
        self.total()
    }

    /// [Ends the hold](RateLimiter::resume) of each key that is kept, and of the one that keys share.
    pub fn resume_all(&self) {
        self.each(RateLimiter::resume);
    }
}

impl Cell for RateLimiter {
    type Stats = RateLimitStats;
    const PER_KEY: &'static str = "rate limit by key";

    fn another(&self) -> Self {
        self.light()
    }

    #[cfg(feature = "config")]
    fn change(&self, policy: RateLimitPolicy) {
        self.change_policy(policy);
    }

    fn worth(&self) -> Worth {
        let (queue, now) = (self.queue(), clock::nanos());
        if queue.waiting() > 0 || queue.machine.available(now) == Some(0) {
            Worth::Protection
        } else if queue.machine.is_as_new(now) {
            Worth::Nothing
        } else {
            Worth::Memory
        }
    }

    fn totals(&self) -> RateLimitStats {
        self.stats()
    }
}

impl AddAssign for RateLimitStats {
    fn add_assign(&mut self, other: Self) {
        self.accepted_calls += other.accepted_calls;
        self.rejected_calls += other.rejected_calls;
        self.holds += other.holds;
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests {
    use std::time::Duration;

    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn a_cell_is_small() {
        let of_changes = if cfg!(feature = "config") { 32 } else { 0 };
        assert!(size_of::<RateLimiter>() <= 256 + of_changes, "{} bytes", size_of::<RateLimiter>());
    }

    #[tokio::test(start_paused = true)]
    async fn permits_that_are_taken_are_remembered_and_the_last_one_protects() {
        for policy in [RateLimitPolicy::new(2, MINUTE), RateLimitPolicy::new(60, MINUTE).burst(2)] {
            let limiter = RateLimiter::new("user", policy).light();
            assert_eq!(limiter.worth(), Worth::Nothing);
            limiter.try_acquire().unwrap();
            assert_eq!(limiter.worth(), Worth::Memory);
            limiter.try_acquire().unwrap();
            assert_eq!(limiter.worth(), Worth::Protection);
            tokio::time::advance(MINUTE).await;
            assert_eq!(limiter.worth(), Worth::Nothing);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_hold_protects_and_the_even_pace_after_it_is_remembered() {
        let limiter = RateLimiter::new("user", RateLimitPolicy::new(60, MINUTE)).light();
        limiter.hold(MINUTE);
        assert_eq!(limiter.worth(), Worth::Protection);
        tokio::time::advance(MINUTE).await;
        assert_eq!(limiter.worth(), Worth::Memory);
        tokio::time::advance(MINUTE).await;
        assert_eq!(limiter.worth(), Worth::Nothing);
    }

    #[test]
    fn holds_end_for_all() {
        let users = RateLimiters::new("user", RateLimitPolicy::HOLDS_ONLY.per_key());
        users.get("ann").hold(MINUTE);
        assert_eq!(users.held(), ["ann"]);
        users.resume_all();
        assert!(users.held().is_empty());
        assert_eq!(users.stats().holds, 1);
    }

    #[test]
    #[should_panic(expected = "more than 1024 `permits` per key need a `burst`")]
    fn a_large_window_per_key_is_a_problem() {
        let _ = RateLimitPolicy::new(2_000, MINUTE).per_key();
    }
}
