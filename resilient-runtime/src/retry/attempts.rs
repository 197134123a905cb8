//! Attempts as a loop that the user writes, and the event before each delay.

use std::fmt;
use std::time::Duration;

use crate::core::clock::Stopwatch;
use crate::core::error::{Error, Failure};
use crate::core::name::Escaped;
use crate::core::random;
use crate::deadline::current as deadline;
use crate::retry::delay;
use crate::retry::pending::Pending;
use crate::retry::policy::{Attempt, RetryPolicy};
use crate::retry::schedule::{Schedule, Wait};

/// The argument of `on_retry`, which is called before each delay.
#[derive(Debug)]
#[non_exhaustive]
pub struct RetryEvent<'a, E> {
    /// The path of the annotated function.
    pub name: &'a str,
    /// The attempt that has just ended, counted from 1.
    pub attempt: u32,
    /// The number of attempts that the policy allows, the first included; `None` if it is not limited.
    pub max_attempts: Option<u32>,
    /// The delay that begins now.
    pub delay: Duration,
    /// Why the attempt failed: the function's error or a refusal. `None` if it succeeded and `retry_if_ok` asks for
    /// another.
    pub error: Option<Failure<&'a E, &'a Error>>,
}

impl<E> RetryEvent<'_, E> {
    /// The function's error, if the attempt ended with one.
    pub const fn failure(&self) -> Option<&E> {
        match self.error {
            Some(Failure::Inner(error)) => Some(error),
            _ => None,
        }
    }

    /// The refusal, if the attempt ended with one.
    pub const fn refusal(&self) -> Option<&Error> {
        match self.error {
            Some(Failure::Refused(refusal)) => Some(refusal),
            _ => None,
        }
    }
}

/// `my_crate::user: attempt 1 of 3 failed (no route), the next in 25ms`
impl<E: fmt::Display> fmt::Display for RetryEvent<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, attempt, max_attempts, delay, error } = self;
        write!(f, "{}: attempt {attempt}", Escaped(name))?;
        if let Some(max_attempts) = max_attempts {
            write!(f, " of {max_attempts}")?;
        }
        match error {
            Some(error) => write!(f, " failed ({error}), the next in {delay:?}"),
            None => write!(f, " is not enough, the next in {delay:?}"),
        }
    }
}

/// The attempts of one call, for a loop that you write. From [`RetryPolicy::attempts`].
#[derive(Debug)]
pub struct Attempts {
    policy: RetryPolicy,
    schedule: Schedule,
    clock: Stopwatch,
    wait: Wait,
    pending: Pending,
}

impl RetryPolicy {
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
            policy: *self,
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
            if !delay::sleep_blocking(delay) {
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
        self.wait = Wait::asked(&self.policy, delay);
    }

    /// Counts the completed delay, if there was one, and the attempt that begins.
    fn begin(&mut self) -> Attempt {
        if self.clock.is_running() {
            self.pending.complete(&mut self.schedule);
            self.wait = Wait::Computed;
        } else {
            self.clock = Stopwatch::start();
        }
        self.schedule.begin(&self.policy, self.clock.elapsed())
    }

    /// The rest of the delay before the next attempt; `None` if there is none.
    fn left(&mut self) -> Option<Duration> {
        self.pending.left(
            &mut self.schedule,
            &self.policy,
            self.wait,
            random::unit,
            self.clock.elapsed(),
            deadline::remaining(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_does_not_break_the_line_of_an_event() {
        let event = RetryEvent {
            name: "a\nb",
            attempt: 2,
            max_attempts: Some(4),
            delay: Duration::from_millis(25),
            error: Some(Failure::Inner(&"no route")),
        };
        assert_eq!(event.to_string(), r"a\nb: attempt 2 of 4 failed (no route), the next in 25ms");
    }
}
