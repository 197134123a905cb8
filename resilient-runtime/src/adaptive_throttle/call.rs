//! An adaptive throttle around an operation.

use crate::adaptive_throttle::throttle::AdaptiveThrottle;
use crate::core::error::Failure;
use crate::core::error_filter::EveryError;
use crate::core::lift::{Lift, lift_call};
use crate::core::plain_error::expect_plain;
use crate::outcomes::failures::every_error;
use crate::outcomes::gate::Gate as _;
use crate::outcomes::guard::Guard;
use crate::outcomes::sync_guard::guard_by_hand;

impl AdaptiveThrottle {
    /// Makes a call unless it is shed. Every error counts as a failure, and so does a panic, which goes on unwinding. The
    /// refusal is kept apart from the operation's own error.
    ///
    /// A call that returns after the [`deadline`](crate::deadline()) above counts as by
    /// [`CircuitBreaker::call`](crate::CircuitBreaker::call).
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{AdaptiveThrottle, AdaptiveThrottlePolicy};
    ///
    /// let throttle = AdaptiveThrottle::new("api", AdaptiveThrottlePolicy::new());
    /// assert_eq!(throttle.call(|| Ok::<_, std::io::Error>(7)).unwrap(), 7);
    /// ```
    ///
    /// # Errors
    ///
    /// [`Failure::Refused`] with [`Error::Shed`](crate::Error::Shed), or [`Failure::Inner`] with the operation's error.
    ///
    /// # Panics
    ///
    /// In debug builds if the error is a [`Failure`], which [`try_call`](Self::try_call) takes.
    #[track_caller]
    pub fn call<T, E>(&self, operation: impl FnOnce() -> Result<T, E>) -> Result<T, Failure<E>> {
        expect_plain::<E>(Self::CALL, "try_call");
        guard_by_hand(self, || lift_call(operation), every_error)
    }

    /// As [`call`](Self::call) for an operation that a policy further in may refuse.
    ///
    /// [`TimedOut`](crate::Error::TimedOut) counts as a failure. A refusal before the callee was called, such as
    /// [`BulkheadFull`](crate::Error::BulkheadFull), counts neither way.
    /// [`RetriesExhausted`](crate::Error::RetriesExhausted) counts as its last error.
    ///
    /// # Errors
    ///
    /// [`Failure::Refused`] with [`Error::Shed`](crate::Error::Shed), or the operation's failure.
    pub fn try_call<T, E>(&self, operation: impl FnOnce() -> Result<T, Failure<E>>) -> Result<T, Failure<E>> {
        guard_by_hand(self, operation, every_error)
    }

    /// Runs a future unless it is shed at the first poll. Every error counts as a failure, and so does a panic.
    ///
    /// Dropped before its end, it counts neither way. Dropped by a timeout of this library, it counts as a failure if only
    /// its callee kept it waiting, for at least half of the limit.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// # use resilient_runtime as resilient;
    /// use resilient::{AdaptiveThrottle, AdaptiveThrottlePolicy};
    ///
    /// let throttle = AdaptiveThrottle::new("api", AdaptiveThrottlePolicy::new());
    /// assert_eq!(throttle.run(async { Ok::<_, std::io::Error>(7) }).await.unwrap(), 7);
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
        expect_plain::<E>(Self::RUN, "try_run");
        Guard::new(self, Lift::new(operation), EveryError)
    }

    /// As [`run`](Self::run) for an operation that a policy further in may refuse. See [`try_call`](Self::try_call) for
    /// how refusals count.
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
