//! Retries around an operation, without attributes.

use std::convert::Infallible;

use crate::core::error::{Failure, Refusal};
use crate::core::lift::{Lift, lift_call};
use crate::core::plain_error::expect_plain;
use crate::retry::delay;
use crate::retry::driver::{Next, Retrying};
use crate::retry::policy::RetryPolicy;

impl RetryPolicy {
    /// Makes a call until it succeeds or the attempts run out. Blocks the thread during the delays. Every error is
    /// retried.
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
    /// In debug builds if the error is a [`Failure`], which [`try_call`](Self::try_call) takes.
    #[track_caller]
    pub fn call<T, E>(&self, mut operation: impl FnMut() -> Result<T, E>) -> Result<T, E> {
        expect_plain::<E>("RetryPolicy::call", "try_call");
        repeat_blocking(self, || lift_call(&mut operation)).map_err(plain)
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
    /// The failure of the last attempt.
    pub fn try_call<T, E>(&self, operation: impl FnMut() -> Result<T, Failure<E>>) -> Result<T, Failure<E>> {
        repeat_blocking(self, operation)
    }

    /// Runs a new future for each attempt until one succeeds or the attempts run out. Every error is retried.
    ///
    /// Cancellation: dropping this drops the current attempt, and no further one is made.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// # use resilient_runtime as resilient;
    /// use resilient::RetryPolicy;
    /// use std::time::Duration;
    ///
    /// const POLICY: RetryPolicy = RetryPolicy::new().max_attempts(2).base_delay(Duration::from_millis(1));
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
    /// In debug builds if the error is a [`Failure`], which [`try_run`](Self::try_run) takes.
    #[track_caller]
    pub fn run<T, E, F>(&self, mut operation: impl FnMut() -> F) -> impl Future<Output = Result<T, E>>
    where
        F: Future<Output = Result<T, E>>,
    {
        expect_plain::<E>("RetryPolicy::run", "try_run");
        let repeated = repeat(self, move || Lift::new(operation()));
        async { repeated.await.map_err(plain) }
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
    /// The failure of the last attempt.
    pub fn try_run<T, E, F>(&self, operation: impl FnMut() -> F) -> impl Future<Output = Result<T, Failure<E>>>
    where
        F: Future<Output = Result<T, Failure<E>>>,
    {
        repeat(self, operation)
    }
}

/// A failure that cannot be a refusal is an error.
fn plain<E>(failure: Failure<E, Infallible>) -> E {
    match failure {
        Failure::Inner(error) => error,
    }
}

fn repeat_blocking<T, E, R: Refusal>(
    policy: &RetryPolicy,
    mut operation: impl FnMut() -> Result<T, Failure<E, R>>,
) -> Result<T, Failure<E, R>> {
    let mut retrying = Retrying::new(policy, false);
    loop {
        retrying.begin();
        let outcome = operation();
        let verdict = retrying.look(&outcome);
        match retrying.next(&verdict) {
            Next::Delay(delay) if delay::sleep_blocking(delay) => {}
            Next::Delay(_) | Next::Done | Next::Exhausted | Next::TooLate(_) => return outcome,
        }
    }
}

async fn repeat<T, E, R, F>(policy: &RetryPolicy, mut operation: impl FnMut() -> F) -> Result<T, Failure<E, R>>
where
    R: Refusal,
    F: Future<Output = Result<T, Failure<E, R>>>,
{
    let mut retrying = Retrying::new(policy, false);
    loop {
        retrying.begin();
        // The outcome is dropped before the delay, so that it need not be `Send`.
        let delay = {
            let outcome = operation().await;
            let verdict = retrying.look(&outcome);
            match retrying.next(&verdict) {
                Next::Done | Next::Exhausted => return outcome,
                Next::Delay(delay) | Next::TooLate(delay) => delay,
            }
        };
        delay::sleep(delay).await;
    }
}
