//! A bulkhead with threads around an operation.

use crate::core::error::Failure;
use crate::core::lift::lift_call;
use crate::core::plain_error::expect_plain;
use crate::thread_bulkhead::thread_bulkhead::ThreadBulkhead;

impl ThreadBulkhead {
    /// Runs a body on a thread of the bulkhead, and blocks this thread until the body has ended. A panic of the body is
    /// resumed in the caller. The body runs in the caller's tokio runtime, if there is one, as under `spawn_blocking`.
    ///
    /// The [`deadline`](crate::deadline()) above, if there is one, ends the wait: a body that has not begun by then never
    /// does, and one that has runs on unseen.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{ThreadBulkhead, ThreadBulkheadPolicy};
    ///
    /// let images = ThreadBulkhead::new("images", ThreadBulkheadPolicy::new(4));
    /// assert_eq!(images.call(|| "42".parse::<u32>()).unwrap(), 42);
    /// ```
    ///
    /// # Errors
    ///
    /// [`Failure::Refused`] with [`Error::BulkheadFull`](crate::Error::BulkheadFull) if there is no room, no thread
    /// within `max_wait`, or a shutdown has begun; or with [`Error::TimedOut`](crate::Error::TimedOut) at the deadline
    /// above; [`Failure::Inner`] with the body's error.
    ///
    /// # Panics
    ///
    /// As the body does; and in debug builds if the error is a [`Failure`], which [`try_call`](Self::try_call) takes.
    #[track_caller]
    pub fn call<T, E>(&self, body: impl FnOnce() -> Result<T, E> + Send + 'static) -> Result<T, Failure<E>>
    where
        T: Send + 'static,
        E: Send + 'static,
    {
        expect_plain::<E>("ThreadBulkhead::call", "try_call");
        self.guard_blocking(|| lift_call(body))
    }

    /// As [`call`](Self::call) for a body that a policy further in may refuse.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{Bulkhead, BulkheadPolicy, ThreadBulkhead, ThreadBulkheadPolicy};
    /// use std::sync::Arc;
    ///
    /// let images = ThreadBulkhead::new("images", ThreadBulkheadPolicy::new(4));
    /// let disk = Arc::new(Bulkhead::new("disk", BulkheadPolicy::new(2)));
    /// let read = images.try_call(move || disk.call(|| Ok::<_, std::io::Error>(7)));
    /// assert_eq!(read.unwrap(), 7);
    /// ```
    ///
    /// # Errors
    ///
    /// As [`call`](Self::call), or the body's failure.
    pub fn try_call<T, E>(&self, body: impl FnOnce() -> Result<T, Failure<E>> + Send + 'static) -> Result<T, Failure<E>>
    where
        T: Send + 'static,
        E: Send + 'static,
    {
        self.guard_blocking(body)
    }

    /// Runs a body, which is sync code, on a thread of the bulkhead, and awaits its end. A panic of the body is resumed
    /// in the caller. The wait begins at the first poll.
    ///
    /// Cancellation: dropped, the future takes its body out of the queue; a body that has begun runs on unseen. So a
    /// timeout around it ends the wait, not the body, which can ask [`deadline`](crate::deadline()) when to stop.
    ///
    /// While a test has paused tokio's clock, that clock does not move by itself until the body has ended.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// # use resilient_runtime as resilient;
    /// use resilient::{ThreadBulkhead, ThreadBulkheadPolicy};
    ///
    /// let images = ThreadBulkhead::new("images", ThreadBulkheadPolicy::new(4));
    /// assert_eq!(images.run(|| "42".parse::<u32>()).await.unwrap(), 42);
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// As [`call`](Self::call).
    ///
    /// # Panics
    ///
    /// As the body does; and in debug builds if the error is a [`Failure`], which [`try_run`](Self::try_run) takes.
    #[track_caller]
    pub fn run<T, E>(
        &self,
        body: impl FnOnce() -> Result<T, E> + Send + 'static,
    ) -> impl Future<Output = Result<T, Failure<E>>>
    where
        T: Send + 'static,
        E: Send + 'static,
    {
        expect_plain::<E>("ThreadBulkhead::run", "try_run");
        self.guard(|| lift_call(body))
    }

    /// As [`run`](Self::run) for a body that a policy further in may refuse.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// # use resilient_runtime as resilient;
    /// use resilient::{RetryPolicy, ThreadBulkhead, ThreadBulkheadPolicy, TimeoutPolicy};
    /// use std::time::Duration;
    ///
    /// const RETRY: RetryPolicy = RetryPolicy::new();
    /// const LIMIT: TimeoutPolicy = TimeoutPolicy::new(Duration::from_secs(2));
    ///
    /// let images = ThreadBulkhead::new("images", ThreadBulkheadPolicy::new(4));
    /// let both =
    ///     images.try_run(|| RETRY.try_call(|| LIMIT.call_cooperative(|| "42".parse::<u32>())));
    /// assert_eq!(both.await.unwrap(), 42);
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// As [`try_call`](Self::try_call).
    pub fn try_run<T, E>(
        &self,
        body: impl FnOnce() -> Result<T, Failure<E>> + Send + 'static,
    ) -> impl Future<Output = Result<T, Failure<E>>>
    where
        T: Send + 'static,
        E: Send + 'static,
    {
        self.guard(body)
    }
}
