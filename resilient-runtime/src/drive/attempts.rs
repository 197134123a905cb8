//! Retrying without an attribute: a loop that the user drives, and two that are driven here.

use std::fmt;
use std::time::Duration;

use crate::clock::{self, Stopwatch};
use crate::error::{Error, Failure};
use crate::policy::retry::{Attempt, Decision, RetryPolicy, Schedule, Wait};
use crate::random;

/// What is known before a pause; given to `on_retry`.
#[derive(Debug)]
#[non_exhaustive]
pub struct RetryEvent<'a, E> {
    /// The path of the annotated function.
    pub name: &'a str,
    /// The attempt that has just ended, counted from 1.
    pub attempt: u32,
    /// The pause that is about to begin.
    pub delay: Duration,
    /// What it ended with: the function's error or a refusal. `None` if it succeeded and `retry_if_ok` wants more.
    pub error: Option<Failure<&'a E, &'a Error>>,
}

/// `attempt 1 of my_crate::user failed (no route), the next in 25ms`
impl<E: fmt::Display> fmt::Display for RetryEvent<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, attempt, delay, error } = self;
        match error {
            Some(error) => write!(f, "attempt {attempt} of {name} failed ({error}), the next in {delay:?}"),
            None => write!(f, "attempt {attempt} of {name} is not enough, the next in {delay:?}"),
        }
    }
}

/// A loop over attempts, with the pauses between them. From [`RetryPolicy::attempts`].
#[derive(Debug)]
pub struct Attempts {
    policy: RetryPolicy,
    schedule: Schedule,
    clock: Stopwatch,
    wait: Wait,
}

impl RetryPolicy {
    /// A loop that you drive: each round is an attempt, and the pause before it is made by `next`.
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
        Attempts { policy: *self, schedule: Schedule::new(), clock: Stopwatch::default(), wait: Wait::Computed }
    }

    /// Makes a call again, with pauses that hold up the thread, until it succeeds or the attempts run out.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::RetryPolicy;
    /// use std::time::Duration;
    ///
    /// const POLICY: RetryPolicy = RetryPolicy::new().base_delay(Duration::from_millis(1));
    ///
    /// let mut tries = 0;
    /// let answer = POLICY.call(|| {
    ///     tries += 1;
    ///     if tries < 3 { Err("not yet") } else { Ok(tries) }
    /// });
    /// assert_eq!(answer, Ok(3));
    /// ```
    ///
    /// # Errors
    ///
    /// The error of the last attempt.
    pub fn call<T, E>(&self, mut operation: impl FnMut() -> Result<T, E>) -> Result<T, E> {
        let mut attempts = self.attempts();
        attempts.begin();
        loop {
            let outcome = operation();
            if outcome.is_ok() || attempts.next_blocking().is_none() {
                return outcome;
            }
        }
    }

    /// Runs a future again, made anew for each attempt, until it succeeds or the attempts run out.
    ///
    /// # Errors
    ///
    /// The error of the last attempt.
    ///
    /// # Panics
    ///
    /// If it has to pause outside of a tokio runtime with time enabled.
    pub async fn run<T, E, F>(&self, mut operation: impl FnMut() -> F) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>>,
    {
        let mut attempts = self.attempts();
        attempts.begin();
        loop {
            let error = match operation().await {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            let Some(pause) = attempts.pause() else {
                return Err(error);
            };
            // Not held while pausing: it need not be `Send`.
            drop(error);
            clock::sleep(pause).await;
            attempts.begin();
        }
    }
}

impl Attempts {
    /// The next attempt, after its pause; the first comes at once. `None` when there are no more.
    ///
    /// Dropped during the pause, no attempt is counted; the next call pauses anew.
    ///
    /// # Panics
    ///
    /// If it has to pause outside of a tokio runtime with time enabled.
    pub async fn next(&mut self) -> Option<Attempt> {
        if self.clock.is_running() {
            clock::sleep(self.pause()?).await;
        }
        Some(self.begin())
    }

    /// The next attempt, after a pause that holds up the thread; the first comes at once. `None` when there are no
    /// more.
    pub fn next_blocking(&mut self) -> Option<Attempt> {
        if self.clock.is_running() {
            clock::sleep_blocking(self.pause()?);
        }
        Some(self.begin())
    }

    /// Replaces the next computed pause by one that the callee asked for, up to the policy's `max_retry_after`.
    pub fn retry_after(&mut self, pause: Duration) {
        self.wait = Wait::Asked(self.policy.asked(pause));
    }

    fn begin(&mut self) -> Attempt {
        if !self.clock.is_running() {
            self.clock = Stopwatch::start();
        }
        self.schedule.begin(&self.policy, self.clock.elapsed())
    }

    fn pause(&mut self) -> Option<Duration> {
        let clock = self.clock;
        match self
            .schedule
            .after(&self.policy, std::mem::replace(&mut self.wait, Wait::Computed), random::unit, || clock.elapsed())
        {
            Decision::Pause(pause) => Some(pause),
            Decision::Exhausted => None,
        }
    }
}
