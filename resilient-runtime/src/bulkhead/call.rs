//! A bulkhead around an operation.

use crate::bulkhead::adaptive::guard::{judged, judged_blocking};
use crate::bulkhead::bulkhead::Bulkhead;
use crate::bulkhead::guard::SlotGuard;
use crate::core::error::Failure;
use crate::core::lift::{Lift, lift_call};
use crate::core::plain_error::expect_plain;
use crate::outcomes::failures::by_error;

impl Bulkhead {
    /// Makes a call that holds a slot. Blocks the thread for up to the policy's `max_wait` until a slot is free. The
    /// slot is freed when the call has ended, also by a panic, which goes on unwinding.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{Bulkhead, BulkheadPolicy};
    ///
    /// let bulkhead = Bulkhead::new("db", BulkheadPolicy::new(10));
    /// assert_eq!(bulkhead.call(|| Ok::<_, std::io::Error>(bulkhead.in_flight())).unwrap(), 1);
    /// ```
    ///
    /// # Errors
    ///
    /// [`Failure::Refused`] with [`Error::BulkheadFull`](crate::Error::BulkheadFull), or with
    /// [`Error::TimedOut`](crate::Error::TimedOut) if the [`deadline`](crate::deadline()) above ended the wait;
    /// [`Failure::Inner`] with the operation's error.
    ///
    /// # Panics
    ///
    /// In debug builds if the error is a [`Failure`], which [`try_call`](Self::try_call) takes.
    #[track_caller]
    pub fn call<T, E>(&self, operation: impl FnOnce() -> Result<T, E>) -> Result<T, Failure<E>> {
        expect_plain::<E>("Bulkhead::call", "try_call");
        judged_blocking(self, || lift_call(operation), |result| by_error(result, |_| false))
    }

    /// As [`call`](Self::call) for an operation that a policy further in may refuse.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{Bulkhead, BulkheadPolicy, TimeoutPolicy};
    /// use std::time::Duration;
    ///
    /// const LIMIT: TimeoutPolicy = TimeoutPolicy::new(Duration::from_secs(2));
    ///
    /// let bulkhead = Bulkhead::new("db", BulkheadPolicy::new(10));
    /// assert_eq!(bulkhead.try_call(|| LIMIT.call(|| Ok::<_, std::io::Error>(7))).unwrap(), 7);
    /// ```
    ///
    /// # Errors
    ///
    /// As [`call`](Self::call), or the operation's failure.
    pub fn try_call<T, E>(&self, operation: impl FnOnce() -> Result<T, Failure<E>>) -> Result<T, Failure<E>> {
        judged_blocking(self, operation, |result| by_error(result, |_| false))
    }

    /// Runs a future that holds a slot. Waits for up to the policy's `max_wait` from the first poll until a slot is
    /// free. Dropped, it leaves the queue, or frees its slot after the future is dropped.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// # use resilient_runtime as resilient;
    /// use resilient::{Bulkhead, BulkheadPolicy};
    /// use std::time::Duration;
    ///
    /// let policy = BulkheadPolicy::new(10).max_wait(Duration::from_secs(5));
    /// let bulkhead = Bulkhead::new("db", policy);
    /// assert_eq!(bulkhead.run(async { Ok::<_, std::io::Error>(7) }).await.unwrap(), 7);
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
        expect_plain::<E>("Bulkhead::run", "try_run");
        SlotGuard::new(self, judged(self, Lift::new(operation), |_: &E| false))
    }

    /// As [`run`](Self::run) for an operation that a policy further in may refuse.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// # use resilient_runtime as resilient;
    /// use resilient::{Bulkhead, BulkheadPolicy, TimeoutPolicy};
    /// use std::time::Duration;
    ///
    /// const LIMIT: TimeoutPolicy = TimeoutPolicy::new(Duration::from_millis(1));
    ///
    /// let bulkhead = Bulkhead::new("db", BulkheadPolicy::new(10));
    /// let hangs = std::future::pending::<Result<(), std::io::Error>>();
    /// let late = bulkhead.try_run(LIMIT.run(hangs)).await.unwrap_err();
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
        SlotGuard::new(self, judged(self, operation, |_: &E| false))
    }
}
