//! How long a call may take.

use std::time::Duration;

use crate::core::check::{check, debug_check, first_of};
use crate::core::name::Name;

/// A time limit. A plain value that can be a `const`.
///
/// An async body that is ready at once needs no timer, and on Linux, if the limit is half a second or more, no more than
/// a look at the kernel's coarse clock. One that waits is woken at its limit by a thread of this library, named
/// `resilient-timer`, which the first such call starts, and which sleeps while nobody's time is over. So no runtime is
/// needed: the futures were tried on tokio, on smol, and on a thread that does nothing but poll and park. A limit is never
/// met too early, and late by a millisecond or two, by five while thousands of calls a second meet theirs; and by 25 ms at
/// most if the body keeps its thread for long before it first waits. Every other wait of this library uses the same timer.
///
/// If that thread cannot be started, a call that waits asks to be polled again and again and looks at the clock: that
/// takes a processor, but its limit holds. Each call tries to start the thread again. The child of a `fork` starts one of
/// its own; locks that another thread held at the fork are beyond help, as they are in the standard library.
///
/// Only where tokio's clock stands still when a wait begins (its feature `test-util` is on, and `tokio::time::pause` or
/// `start_paused` stopped the clock of this runtime) tokio's timer serves instead, so that tests do not wait.
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
    /// Zero does not compile in a `const` and panics in debug builds. In release builds, and where an attribute computes
    /// it, zero is a limit that has passed when the call begins: the call is refused, and its body does not run.
    #[track_caller]
    pub const fn new(duration: Duration) -> Self {
        Self { duration, step: Duration::ZERO, name: None }.duration(duration)
    }

    /// Another limit on each call.
    #[track_caller]
    pub const fn duration(mut self, duration: Duration) -> Self {
        debug_check(first_of([(duration.is_zero(), ZERO)]));
        self.duration = duration;
        self
    }

    /// A limit that an attribute gives, of which `None` is no limit.
    #[doc(hidden)]
    #[track_caller]
    pub const fn new_given(limit: Option<Duration>) -> Self {
        Self::new(or_never(limit))
    }

    /// The same for a policy that an attribute changes.
    #[doc(hidden)]
    #[track_caller]
    pub const fn duration_given(self, limit: Option<Duration>) -> Self {
        self.duration(or_never(limit))
    }

    /// Adds this much for each attempt after the first of a retry. Default: nothing.
    pub const fn step(mut self, step: Duration) -> Self {
        self.step = step;
        self
    }

    /// The name in [`Error::TimedOut`](crate::Error::TimedOut). Default: the path of the annotated function, or `timeout`
    /// without an attribute. A text is looked up under a lock, a [`Name`] is not.
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

    /// What was given as the name, or this.
    #[doc(hidden)]
    pub const fn name_or(&self, unnamed: Name) -> Name {
        match self.name {
            Some(name) => name,
            None => unnamed,
        }
    }

    /// The policy for the `attempt`-th attempt alone, counted from 1: what [`step`](Self::step) adds is part of its
    /// limit.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// # use resilient_runtime as resilient;
    /// use resilient::{RetryPolicy, TimeoutPolicy};
    /// use std::time::Duration;
    ///
    /// const RETRY: RetryPolicy = RetryPolicy::new();
    /// const LIMIT: TimeoutPolicy = TimeoutPolicy::new(Duration::from_secs(2)).step(Duration::from_secs(1));
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

    /// The limit of the `attempt`-th attempt, counted from 1.
    pub fn limit(&self, attempt: u32) -> Duration {
        Self::grown(self.duration, self.step, attempt)
    }

    pub(crate) fn grown(duration: Duration, step: Duration, attempt: u32) -> Duration {
        duration.saturating_add(step.saturating_mul(attempt.saturating_sub(1)))
    }

    /// The step that it adds.
    #[doc(hidden)]
    pub const fn given_step(&self) -> Duration {
        self.step
    }

    /// The policy itself, all its settings checked together.
    ///
    /// # Panics
    ///
    /// If the limit is zero; in a `const` that is a compile error.
    #[track_caller]
    pub const fn checked(self) -> Self {
        check(first_of([(self.duration.is_zero(), ZERO)]));
        self
    }
}

const fn or_never(limit: Option<Duration>) -> Duration {
    match limit {
        Some(limit) => limit,
        None => Duration::MAX,
    }
}

const ZERO: &str = "a timeout must be above zero";

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
