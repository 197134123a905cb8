//! Attempts as a loop that the user writes.

use std::time::Duration;

use crate::core::clock::Stopwatch;
use crate::core::random;
use crate::deadline::current as deadline;
use crate::retry::delay;
use crate::retry::pending::Pending;
use crate::retry::policy::{Attempt, RetryPolicy};
use crate::retry::schedule::{Schedule, Wait};
use crate::retry::settings::Settings;

/// The attempts of one call, for a loop that you write. From [`RetryPolicy::attempts`].
#[derive(Debug)]
pub struct Attempts {
    settings: Settings,
    schedule: Schedule,
    clock: Stopwatch,
    wait: Wait,
    pending: Pending,
}

impl<P: ?Sized> RetryPolicy<P> {
    /// The attempts of one call, for a loop that you write: `next` sleeps between attempts, and decides when they end.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// # use resilient_runtime as resilient;
    /// use resilient::RetryPolicy;
    /// use std::time::Duration;
    ///
    /// const POLICY: RetryPolicy = RetryPolicy::new().base_delay(Duration::from_millis(1));
    ///
    /// let mut attempts = POLICY.attempts();
    /// let mut answer = Err("never tried");
    /// while let Some(attempt) = attempts.next().await {
    ///     answer = if attempt.number() < 3 { Err("not yet") } else { Ok(attempt.number()) };
    ///     if answer.is_ok() {
    ///         break;
    ///     }
    /// }
    /// assert_eq!(answer, Ok(3));
    /// # });
    /// ```
    pub fn attempts(&self) -> Attempts {
        Attempts {
            settings: self.settings,
            schedule: Schedule::new(),
            clock: Stopwatch::default(),
            wait: Wait::Computed,
            pending: Pending::default(),
        }
    }
}

impl Attempts {
    /// Sleeps for the delay and returns the next attempt; the first one comes at once. `None` if the attempts or
    /// `max_elapsed` are used up, or if the delay would not end before the [`deadline`](crate::deadline()) above.
    ///
    /// Cancellation: if this is dropped during the delay, no attempt and no delay is counted, and the next call sleeps
    /// for the rest of the same delay. So it can be used in `select!` beside events that come more often. If
    /// `max_elapsed` is over by then, there is no further attempt.
    pub async fn next(&mut self) -> Option<Attempt> {
        if self.clock.is_running() {
            let has_begun = self.pending.has_begun();
            let Some(left) = self.left() else {
                delay::wait_for_timeout_above().await;
                return None;
            };
            // A begun delay that is over must not yield again: a caller that drops this at each poll would never get
            // on.
            if !has_begun || !left.is_zero() {
                delay::sleep(left).await;
            }
        }
        Some(self.begin())
    }

    /// As [`next`](Self::next), but blocks the thread during the delay.
    pub fn next_blocking(&mut self) -> Option<Attempt> {
        if self.clock.is_running() {
            let delay = self.left()?;
            if !delay::sleep_blocking(delay, self.settings.heeds_deadline) {
                return None;
            }
        }
        Some(self.begin())
    }

    /// Replaces the next delay, even one that has begun and was dropped, by the one that the callee asked for, up to
    /// the policy's [`max_retry_after`](RetryPolicy::max_retry_after). Zero asks for nothing: the computed delay is
    /// used.
    pub fn retry_after(&mut self, delay: Duration) {
        self.pending.replace();
        self.wait = Wait::asked(&self.settings, delay);
    }

    /// Counts the completed delay, if there was one, and the attempt that begins.
    fn begin(&mut self) -> Attempt {
        if self.clock.is_running() {
            self.pending.complete(&mut self.schedule);
            self.wait = Wait::Computed;
        } else {
            self.clock = Stopwatch::start();
        }
        self.schedule.begin(&self.settings, self.clock.elapsed())
    }

    /// The rest of the delay before the next attempt; `None` if there is none.
    fn left(&mut self) -> Option<Duration> {
        self.pending.left(
            &mut self.schedule,
            &self.settings,
            self.wait,
            random::unit,
            self.clock.elapsed(),
            deadline::remaining(),
        )
    }
}
