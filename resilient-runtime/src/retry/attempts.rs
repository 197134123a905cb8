//! Attempts as a loop that the user drives, and what is known before each delay.

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

/// What is known before a delay; given to `on_retry`.
#[derive(Debug)]
#[non_exhaustive]
pub struct RetryEvent<'a, E> {
    /// The path of the annotated function.
    pub name: &'a str,
    /// The attempt that has just ended, counted from 1.
    pub attempt: u32,
    /// The attempts in all that the policy allows, the first included; `None` if their number is not limited.
    pub max_attempts: Option<u32>,
    /// The delay that is about to begin.
    pub delay: Duration,
    /// What it ended with: the function's error or a refusal. `None` if it succeeded and `retry_if_ok` wants more.
    pub error: Option<Failure<&'a E, &'a Error>>,
}

impl<E> RetryEvent<'_, E> {
    /// The function's error, if it ended with one.
    pub const fn failure(&self) -> Option<&E> {
        match self.error {
            Some(Failure::Inner(error)) => Some(error),
            _ => None,
        }
    }

    /// The refusal, if it ended with one.
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

/// A loop over attempts, with the delays between them. From [`RetryPolicy::attempts`].
#[derive(Debug)]
pub struct Attempts {
    policy: RetryPolicy,
    schedule: Schedule,
    clock: Stopwatch,
    wait: Wait,
    pending: Pending,
}

impl RetryPolicy {
    /// A loop that you drive: each round is an attempt, and the delay before it is made by `next`.
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
    /// The next attempt, after its delay; the first comes at once. `None` when there are no more, or the delay would not
    /// end before the [`deadline`](crate::deadline()) above.
    ///
    /// Dropped during the delay, neither an attempt nor a delay is counted, and the delay still ends when it would have
    /// ended: the next call waits for what is left of it. So it may stand in `select!` beside what happens more often.
    /// If `max_elapsed` is over by then, there is no further attempt.
    pub async fn next(&mut self) -> Option<Attempt> {
        if self.clock.is_running() {
            let has_begun = self.pending.has_begun();
            let Some(left) = self.left() else {
                delay::wait_for_timeout_above().await;
                return None;
            };
            // A delay that is over is not waited for once more, or who drops it at each poll would never come to its end.
            if !has_begun || !left.is_zero() {
                delay::sleep(left).await;
            }
        }
        Some(self.begin())
    }

    /// The next attempt, after a delay that holds up the thread; the first comes at once. `None` when there are no
    /// more, or the delay would not end before the [`deadline`](crate::deadline()) above.
    pub fn next_blocking(&mut self) -> Option<Attempt> {
        if self.clock.is_running() {
            let delay = self.left()?;
            if !delay::sleep_blocking(delay) {
                return None;
            }
        }
        Some(self.begin())
    }

    /// Replaces the next computed delay by one that the callee asked for, up to the policy's `max_retry_after`; also one
    /// that has begun and was dropped. Zero asks for nothing.
    pub fn retry_after(&mut self, delay: Duration) {
        self.pending.replace();
        self.wait = Wait::asked(&self.policy, delay);
    }

    /// The first attempt, or the one after a delay that has been made.
    fn begin(&mut self) -> Attempt {
        if self.clock.is_running() {
            self.pending.complete(&mut self.schedule);
            self.wait = Wait::Computed;
        } else {
            self.clock = Stopwatch::start();
        }
        self.schedule.begin(&self.policy, self.clock.elapsed())
    }

    /// What is left of the delay before the next attempt.
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
