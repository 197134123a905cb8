//! A breaker around an operation.

use crate::circuit_breaker::breaker::CircuitBreaker;
use crate::core::error::Failure;
use crate::core::error_filter::EveryError;
use crate::core::lift::{Lift, lift_call};
use crate::core::plain_error::expect_plain;
use crate::outcomes::failures::every_error;
use crate::outcomes::guard::Guard;
use crate::outcomes::sync_guard::guard_by_hand;

impl CircuitBreaker {
    /// Makes a call if the breaker admits it. Every error counts as a failure, and so does a panic, which goes on
    /// unwinding. The refusal is kept apart from the operation's own error.
    ///
    /// A call that returns after the [`deadline`](crate::deadline()) above counts as a failure if it had at least half
    /// of the limit, and if at the deadline nothing below the breaker slept between attempts or waited for a slot;
    /// otherwise it counts neither way.
    ///
    /// # Errors
    ///
    /// [`Failure::Refused`] with [`Error::CircuitOpen`](crate::Error::CircuitOpen), or [`Failure::Inner`] with the
    /// operation's error.
    ///
    /// # Panics
    ///
    /// In debug builds if the error is a [`Failure`], which [`try_call`](Self::try_call) takes.
    #[track_caller]
    pub fn call<T, E>(&self, operation: impl FnOnce() -> Result<T, E>) -> Result<T, Failure<E>> {
        expect_plain::<E>("CircuitBreaker::call", "try_call");
        guard_by_hand(self, || lift_call(operation), every_error)
    }

    /// As [`call`](Self::call) for an operation that a policy further in may refuse.
    ///
    /// [`TimedOut`](crate::Error::TimedOut) counts as a failure. A refusal before the callee was called, such as
    /// [`CircuitOpen`](crate::Error::CircuitOpen), counts neither way.
    /// [`RetriesExhausted`](crate::Error::RetriesExhausted) counts as its last error.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{BreakerPolicy, CircuitBreaker};
    ///
    /// let breaker = CircuitBreaker::new("payments", BreakerPolicy::new().failure_threshold(1));
    /// let database = CircuitBreaker::new("database", BreakerPolicy::new());
    ///
    /// database.force_open();
    /// let refused =
    ///     breaker.try_call(|| database.call(|| Ok::<_, std::io::Error>(7))).unwrap_err();
    /// assert!(refused.refusal().unwrap().is_circuit_open());
    /// assert_eq!(breaker.stats().failed_calls, 0);
    /// ```
    ///
    /// # Errors
    ///
    /// [`Failure::Refused`] with [`Error::CircuitOpen`](crate::Error::CircuitOpen), or the operation's failure.
    pub fn try_call<T, E>(&self, operation: impl FnOnce() -> Result<T, Failure<E>>) -> Result<T, Failure<E>> {
        guard_by_hand(self, operation, every_error)
    }

    /// Runs a future if the breaker admits it at the first poll. Every error counts as a failure, and so does a panic.
    ///
    /// Dropped before its end, it counts neither way, or as slow if it has taken longer than
    /// [`slow_call`](crate::BreakerPolicy::slow_call); a probe gives its place back. Dropped by a timeout of this
    /// library, it counts as a failure if only its callee kept it waiting, for at least half of the limit.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// # use resilient_runtime as resilient;
    /// use resilient::{BreakerPolicy, CircuitBreaker};
    ///
    /// let breaker = CircuitBreaker::new("payments", BreakerPolicy::new());
    /// assert_eq!(breaker.run(async { Ok::<_, std::io::Error>(7) }).await.unwrap(), 7);
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
        expect_plain::<E>("CircuitBreaker::run", "try_run");
        Guard::new(self, Lift::new(operation), EveryError)
    }

    /// As [`run`](Self::run) for an operation that a policy further in may refuse. See [`try_call`](Self::try_call) for
    /// how refusals count.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// # use resilient_runtime as resilient;
    /// use resilient::{BreakerPolicy, CircuitBreaker, CircuitState, TimeoutPolicy};
    /// use std::time::Duration;
    ///
    /// const LIMIT: TimeoutPolicy = TimeoutPolicy::new(Duration::from_millis(1));
    ///
    /// let breaker = CircuitBreaker::new("payments", BreakerPolicy::new().failure_threshold(1));
    /// let hangs = std::future::pending::<Result<(), std::io::Error>>();
    /// assert!(breaker.try_run(LIMIT.run(hangs)).await.is_err());
    /// assert_eq!(breaker.state(), CircuitState::Open);
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
        Guard::new(self, operation, EveryError)
    }
}
