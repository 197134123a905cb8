//! Retries around an operation, without attributes.

use crate::core::error::Failure;
use crate::retry::policy::RetryPolicy;
use crate::retry::rules::Covers;

impl<P: ?Sized> RetryPolicy<P> {
    /// Makes a call until it succeeds or the attempts run out. Blocks the thread during the delays. Every error is
    /// retried, unless the policy is for errors of one type and says which.
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
    ///
    /// # Panics
    ///
    /// In debug builds if the error is a [`Failure`], which [`try_call`](Self::try_call) takes, or if the policy wraps
    /// the last error, which `try_call` returns.
    #[track_caller]
    pub fn call<T, E>(&self, operation: impl FnMut() -> Result<T, E>) -> Result<T, E>
    where
        P: Covers<E>,
    {
        self.for_call().call(operation)
    }

    /// As [`call`](Self::call) for an operation that a policy further in may refuse.
    ///
    /// A refusal is retried unless the policy excludes its kind, as [`retry_timed_out(false)`](Self::retry_timed_out)
    /// does. [`CircuitOpen`](crate::Error::CircuitOpen) is retried only with
    /// [`retry_circuit_open`](Self::retry_circuit_open): the delay then lasts until the breaker would admit a probe,
    /// plus jitter. An inner [`RetriesExhausted`](crate::Error::RetriesExhausted) is treated as its last error.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{RetryPolicy, TimeoutPolicy};
    /// use std::time::Duration;
    ///
    /// const RETRY: RetryPolicy = RetryPolicy::new().base_delay(Duration::from_millis(1));
    /// const LIMIT: TimeoutPolicy = TimeoutPolicy::new(Duration::from_secs(2));
    ///
    /// let mut tries = 0;
    /// let answer = RETRY.try_call(|| {
    ///     tries += 1;
    ///     LIMIT.call(move || if tries < 3 { Err("not yet") } else { Ok(tries) })
    /// });
    /// assert_eq!(answer, Ok(3));
    /// ```
    ///
    /// # Errors
    ///
    /// The failure of the last attempt, wrapped if the policy says so.
    pub fn try_call<T, E>(&self, operation: impl FnMut() -> Result<T, Failure<E>>) -> Result<T, Failure<E>>
    where
        P: Covers<E>,
    {
        self.for_call().try_call(operation)
    }

    /// Runs a new future for each attempt until one succeeds or the attempts run out. Every error is retried,
    /// unless the policy is for errors of one type and says which.
    ///
    /// Cancellation: dropping this drops the current attempt, and no further one is made.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// # use resilient_runtime as resilient;
    /// use resilient::RetryPolicy;
    /// use std::time::Duration;
    ///
    /// const POLICY: RetryPolicy =
    ///     RetryPolicy::new().max_attempts(2).base_delay(Duration::from_millis(1));
    ///
    /// assert_eq!(POLICY.run(async || Err::<(), _>("no route")).await, Err("no route"));
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// The error of the last attempt.
    ///
    /// # Panics
    ///
    /// In debug builds if the error is a [`Failure`], which [`try_run`](Self::try_run) takes, or if the policy wraps the
    /// last error, which `try_run` returns.
    #[track_caller]
    pub fn run<T, E, F>(&self, operation: impl FnMut() -> F) -> impl Future<Output = Result<T, E>>
    where
        P: Covers<E>,
        F: Future<Output = Result<T, E>>,
    {
        self.for_call().run(operation)
    }

    /// As [`run`](Self::run) for an operation that a policy further in may refuse. See [`try_call`](Self::try_call) for
    /// which refusals are retried.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// # use resilient_runtime as resilient;
    /// use resilient::{BreakerPolicy, CircuitBreaker, Failure, RetryPolicy, TimeoutPolicy};
    /// use std::time::Duration;
    ///
    /// const RETRY: RetryPolicy = RetryPolicy::new().max_attempts(5);
    /// const LIMIT: TimeoutPolicy = TimeoutPolicy::new(Duration::from_secs(2));
    ///
    /// async fn search() -> Result<u32, std::io::Error> {
    ///     Ok(7)
    /// }
    ///
    /// let breaker = CircuitBreaker::new("search", BreakerPolicy::new());
    /// let found = RETRY.try_run(|| breaker.try_run(LIMIT.run(search()))).await;
    /// assert_eq!(found.unwrap(), 7);
    ///
    /// breaker.force_open();
    /// let refused = RETRY.try_run(|| breaker.try_run(LIMIT.run(search()))).await;
    /// assert!(refused.unwrap_err().refusal().unwrap().is_circuit_open());
    /// assert_eq!(breaker.stats().rejected_calls, 1, "an open breaker is not asked again");
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// The failure of the last attempt, wrapped if the policy says so.
    pub fn try_run<T, E, F>(&self, operation: impl FnMut() -> F) -> impl Future<Output = Result<T, Failure<E>>>
    where
        P: Covers<E>,
        F: Future<Output = Result<T, Failure<E>>>,
    {
        self.for_call().try_run(operation)
    }
}
