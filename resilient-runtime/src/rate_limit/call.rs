//! A rate limit around an operation.

use crate::core::error::Failure;
use crate::core::lift::{Lift, lift_call};
use crate::core::plain_error::expect_plain;
use crate::rate_limit::guard::RateGuard;
use crate::rate_limit::limiter::RateLimiter;
use crate::rate_limit::signal::NoSignals;

impl RateLimiter {
    /// Makes a call that takes a permit. Blocks the thread for up to the policy's `max_wait` until there is one.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{RateLimitPolicy, RateLimiter};
    /// use std::time::Duration;
    ///
    /// let limiter =
    ///     RateLimiter::new("github", RateLimitPolicy::new(1, Duration::from_secs(60)));
    /// assert_eq!(limiter.call(|| Ok::<_, std::io::Error>(7)).unwrap(), 7);
    /// assert!(
    ///     limiter
    ///         .call(|| Ok::<_, std::io::Error>(7))
    ///         .unwrap_err()
    ///         .refusal()
    ///         .unwrap()
    ///         .is_rate_limited()
    /// );
    /// ```
    ///
    /// # Errors
    ///
    /// [`Failure::Refused`] with [`Error::RateLimited`](crate::Error::RateLimited) at once if the wait would be longer
    /// than `max_wait` or than the [`deadline`](crate::deadline()) above allows, or if as many wait as may wait; after
    /// `max_wait` if a hold made the wait longer; with [`Error::TimedOut`](crate::Error::TimedOut) if the deadline ended
    /// it. [`Failure::Inner`] with the operation's error.
    ///
    /// # Panics
    ///
    /// In debug builds if the error is a [`Failure`], which [`try_call`](Self::try_call) takes.
    #[track_caller]
    pub fn call<T, E>(&self, operation: impl FnOnce() -> Result<T, E>) -> Result<T, Failure<E>> {
        expect_plain::<E>("RateLimiter::call", "try_call");
        self.guard_blocking(1, || lift_call(operation), &NoSignals)
    }

    /// As [`call`](Self::call) for an operation that a policy further in may refuse.
    ///
    /// # Errors
    ///
    /// As [`call`](Self::call), or the operation's failure.
    pub fn try_call<T, E>(&self, operation: impl FnOnce() -> Result<T, Failure<E>>) -> Result<T, Failure<E>> {
        self.guard_blocking(1, operation, &NoSignals)
    }

    /// Runs a future that takes a permit. Waits for up to the policy's `max_wait` from the first poll until there is
    /// one. Dropped while it waits, it gives up its place.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// # use resilient_runtime as resilient;
    /// use resilient::{RateLimitPolicy, RateLimiter};
    /// use std::time::Duration;
    ///
    /// let policy =
    ///     RateLimitPolicy::new(1, Duration::from_millis(2)).max_wait(Duration::from_secs(1));
    /// let limiter = RateLimiter::new("github", policy);
    /// assert_eq!(limiter.run(async { Ok::<_, std::io::Error>(7) }).await.unwrap(), 7);
    /// assert_eq!(limiter.run(async { Ok::<_, std::io::Error>(8) }).await.unwrap(), 8);
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// As [`call`](Self::call).
    ///
    /// # Panics
    ///
    /// In debug builds if the error is a [`Failure`], which [`try_run`](Self::try_run) takes.
    #[track_caller]
    pub fn run<T, E>(
        &self,
        operation: impl Future<Output = Result<T, E>>,
    ) -> impl Future<Output = Result<T, Failure<E>>> {
        expect_plain::<E>("RateLimiter::run", "try_run");
        RateGuard::new(self, 1, Lift::new(operation), NoSignals)
    }

    /// As [`run`](Self::run) for an operation that a policy further in may refuse.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// # use resilient_runtime as resilient;
    /// use resilient::{RateLimitPolicy, RateLimiter, TimeoutPolicy};
    /// use std::time::Duration;
    ///
    /// const LIMIT: TimeoutPolicy = TimeoutPolicy::new(Duration::from_millis(1));
    ///
    /// let policy = RateLimitPolicy::new(80, Duration::from_secs(60));
    /// let limiter = RateLimiter::new("github", policy);
    /// let hangs = std::future::pending::<Result<(), std::io::Error>>();
    /// let late = limiter.try_run(LIMIT.run(hangs)).await.unwrap_err();
    /// assert!(late.refusal().unwrap().is_timed_out());
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// As [`try_call`](Self::try_call).
    pub fn try_run<T, E>(
        &self,
        operation: impl Future<Output = Result<T, Failure<E>>>,
    ) -> impl Future<Output = Result<T, Failure<E>>> {
        RateGuard::new(self, 1, operation, NoSignals)
    }
}
