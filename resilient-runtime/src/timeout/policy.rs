//! The policy of a timeout: how long a call may take.

use std::time::Duration;

use crate::core::check::{InvalidSetting, check, debug_check, first_of, valid};
use crate::core::name::Name;
#[cfg(feature = "config")]
use crate::core::part::Part;

/// A time limit. A plain value that can be a `const`.
///
/// An async body that is ready at once needs no timer. On Linux, if the limit is half a second or more, it only reads
/// the kernel's coarse clock. A body that waits is woken at its limit by a thread of this library, named
/// `resilient-timer`, which the first such call starts, and which sleeps until the next deadline. So no runtime is
/// needed; the futures are tested on tokio, on smol, and on a thread that only polls and parks. A limit is never
/// enforced too early. It may be late by one or two milliseconds, by five while thousands of calls a second expire, and
/// by up to 25 ms if the body blocks its thread before it first waits. Every other wait of this library uses the same
/// timer.
///
/// If that thread cannot be started, a waiting call asks to be polled again and again and reads the clock: that takes a
/// processor, but its limit holds. Each call tries to start the thread again. The child of a `fork` starts one of its
/// own; a lock that another thread held at the fork stays locked, as in the standard library.
///
/// If tokio's clock is paused when a wait begins (by `tokio::time::pause` or `start_paused`, with tokio's feature
/// `test-util`), tokio's timer is used instead, so that tests do not wait.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::TimeoutPolicy;
/// use std::time::Duration;
///
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
/// const POLICY: TimeoutPolicy = TimeoutPolicy::new(Duration::from_secs(2));
/// assert_eq!(POLICY.run(async { Ok::<_, std::io::Error>(42) }).await.unwrap(), 42);
/// # });
/// ```
///
/// ```compile_fail
/// # use resilient_runtime::TimeoutPolicy;
/// const NEVER: TimeoutPolicy = TimeoutPolicy::new(std::time::Duration::ZERO);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a policy does nothing by itself"]
pub struct TimeoutPolicy {
    duration: Duration,
    step: Duration,
    name: Option<Name>,
}

impl TimeoutPolicy {
    /// A limit on each call. `Duration::MAX` is no limit: nothing is measured, and a sync body runs in place.
    ///
    /// # Panics
    ///
    /// In debug builds if the limit is zero; in a `const` that is a compile error. In release builds, and if an
    /// attribute computes it, a limit of zero has passed when the call begins: the call is refused, and its body does
    /// not run.
    #[track_caller]
    pub const fn new(duration: Duration) -> Self {
        Self::unchecked(duration).duration(duration)
    }

    /// The same of a limit that is checked elsewhere.
    pub(crate) const fn unchecked(duration: Duration) -> Self {
        Self { duration, step: Duration::ZERO, name: None }
    }

    /// Replaces the limit on each call.
    ///
    /// # Panics
    ///
    /// As [`new`](Self::new).
    #[track_caller]
    pub const fn duration(mut self, duration: Duration) -> Self {
        self.duration = duration;
        debug_check(self.problem());
        self
    }

    /// As [`new`](Self::new) for a limit that is known only at run time.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::TimeoutPolicy;
    /// use std::time::Duration;
    ///
    /// let configured = Duration::ZERO;
    /// assert_eq!(
    ///     TimeoutPolicy::try_new(configured).unwrap_err().to_string(),
    ///     "a timeout must be above zero"
    /// );
    /// ```
    ///
    /// # Errors
    ///
    /// If it is zero.
    pub const fn try_new(duration: Duration) -> Result<Self, InvalidSetting> {
        let policy = Self { duration, step: Duration::ZERO, name: None };
        valid(policy, policy.problem())
    }

    /// As [`duration`](Self::duration) for a limit that is known only at run time.
    ///
    /// # Errors
    ///
    /// If it is zero.
    pub const fn try_duration(mut self, duration: Duration) -> Result<Self, InvalidSetting> {
        self.duration = duration;
        valid(self, self.problem())
    }

    /// [`new`](Self::new) for an attribute, where `None` is no limit.
    #[doc(hidden)]
    #[track_caller]
    pub const fn new_given(limit: Option<Duration>) -> Self {
        Self::new(or_never(limit))
    }

    /// [`duration`](Self::duration) for an attribute, where `None` is no limit.
    #[doc(hidden)]
    #[track_caller]
    pub const fn duration_given(self, limit: Option<Duration>) -> Self {
        self.duration(or_never(limit))
    }

    /// What is added to the limit for each attempt of a retry after the first. Default: zero.
    pub const fn step(mut self, step: Duration) -> Self {
        self.step = step;
        self
    }

    /// The name in [`Error::TimedOut`](crate::Error::TimedOut). Default: the path of the annotated function, or
    /// `timeout` without an attribute. A `&str` is interned under a lock; a [`Name`] is used as it is.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{Name, TimeoutPolicy};
    /// use std::time::Duration;
    ///
    /// const USERS: Name = Name::new(&"users");
    ///
    /// let limit = TimeoutPolicy::new(Duration::from_millis(1)).named(USERS);
    /// let late = limit.call(|| Ok::<_, ()>(std::thread::sleep(Duration::from_secs(1))));
    /// assert_eq!(late.unwrap_err().refusal().unwrap().name(), "users");
    /// ```
    pub fn named(mut self, name: impl Into<Name>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The name of the policy, or `unnamed` if it has none.
    #[doc(hidden)]
    pub const fn name_or(&self, unnamed: Name) -> Name {
        match self.name {
            Some(name) => name,
            None => unnamed,
        }
    }

    /// The policy for one attempt, counted from 1: its limit includes what [`step`](Self::step) adds, and its step is
    /// zero.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// # use resilient_runtime as resilient;
    /// use resilient::{RetryPolicy, TimeoutPolicy};
    /// use std::time::Duration;
    ///
    /// const RETRY: RetryPolicy = RetryPolicy::new();
    /// const LIMIT: TimeoutPolicy =
    ///     TimeoutPolicy::new(Duration::from_secs(2)).step(Duration::from_secs(1));
    ///
    /// let mut attempt = 0;
    /// let answer = RETRY.try_run(|| {
    ///     attempt += 1;
    ///     LIMIT.for_attempt(attempt).run(async { Ok::<_, std::io::Error>(42) })
    /// });
    /// assert_eq!(answer.await.unwrap(), 42);
    /// # });
    /// ```
    pub fn for_attempt(&self, attempt: u32) -> Self {
        Self { duration: self.limit(attempt), step: Duration::ZERO, name: self.name }
    }

    /// The limit of an attempt, counted from 1: the duration, and a step for each attempt before it.
    pub fn limit(&self, attempt: u32) -> Duration {
        Self::grown(self.duration, self.step, attempt)
    }

    pub(crate) fn grown(duration: Duration, step: Duration, attempt: u32) -> Duration {
        duration.saturating_add(step.saturating_mul(attempt.saturating_sub(1)))
    }

    /// The [`step`](Self::step).
    #[doc(hidden)]
    pub const fn given_step(&self) -> Duration {
        self.step
    }

    /// The settings that a configuration can give, in the order in which [`with_part`](Self::with_part) knows them.
    #[cfg(feature = "config")]
    pub(crate) const CONFIGURABLE: [&str; 2] = ["duration", "step"];

    /// The same with what is given in the place of some settings.
    #[cfg(feature = "config")]
    pub(crate) fn with_part(&self, Part { settings, given }: &Part<Self>) -> Self {
        let duration = given.pick(0, self.duration, settings.duration);
        Self { duration, step: given.pick(1, self.step, settings.step), name: self.name }
    }

    /// Returns the policy unchanged if all its settings are valid.
    ///
    /// # Panics
    ///
    /// If the limit is zero; in a `const` that is a compile error.
    #[track_caller]
    pub const fn checked(self) -> Self {
        check(self.problem());
        self
    }

    const fn problem(&self) -> Option<&'static str> {
        first_of([(self.duration.is_zero(), ZERO)])
    }
}

const fn or_never(limit: Option<Duration>) -> Duration {
    match limit {
        Some(limit) => limit,
        None => Duration::MAX,
    }
}

pub(crate) const ZERO: &str = "a timeout must be above zero";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_attempt_gets_a_step_more() {
        let policy = TimeoutPolicy::new(Duration::from_secs(2)).step(Duration::from_secs(5));
        assert_eq!(policy.limit(1), Duration::from_secs(2));
        assert_eq!(policy.limit(3), Duration::from_secs(12));
        assert_eq!(TimeoutPolicy::new(Duration::MAX).step(Duration::MAX).limit(u32::MAX), Duration::MAX);
    }
}
