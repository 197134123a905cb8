//! A time limit around an operation.

use std::convert::Infallible;

use crate::core::error::{Error, Failure};
use crate::core::lift::{Lift, lift_call};
use crate::core::name::Name;
use crate::core::plain_error::expect_plain;
use crate::timeout::guard::Limit;
use crate::timeout::policy::TimeoutPolicy;

/// The name in the refusals of a policy without a name.
const UNNAMED: Name = Name::new(&"timeout");

impl TimeoutPolicy {
    /// Runs a future, and drops it when its time is over. The time counts from the first poll, so from the `.await`.
    /// The future's error is kept apart from the refusal. For a future that cannot fail, use
    /// [`run_infallible`](Self::run_infallible).
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// # use resilient_runtime as resilient;
    /// use resilient::TimeoutPolicy;
    /// use std::time::Duration;
    ///
    /// const LIMIT: TimeoutPolicy = TimeoutPolicy::new(Duration::from_secs(2));
    ///
    /// let outcome = LIMIT.run(async { Err::<(), _>("no route") }).await;
    /// assert_eq!(outcome.unwrap_err().inner(), Some(&"no route"));
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// [`Failure::Refused`] with [`Error::TimedOut`] if the future was not ready in time, or [`Failure::Inner`] with
    /// its error.
    ///
    /// # Panics
    ///
    /// In debug builds if the error is a [`Failure`], which [`try_run`](Self::try_run) takes.
    #[track_caller]
    pub fn run<T, E, F>(&self, future: F) -> impl Future<Output = Result<T, Failure<E>>> + use<T, E, F>
    where
        F: Future<Output = Result<T, E>>,
    {
        expect_plain::<E>("TimeoutPolicy::run", "try_run");
        self.only().guard(Lift::new(future))
    }

    /// As [`run`](Self::run) for a future that a policy further in may refuse.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// # use resilient_runtime as resilient;
    /// use resilient::TimeoutPolicy;
    /// use std::time::Duration;
    ///
    /// const WHOLE: TimeoutPolicy = TimeoutPolicy::new(Duration::from_secs(2));
    ///
    /// let part = TimeoutPolicy::new(Duration::from_millis(1)).named("part");
    /// let hangs = std::future::pending::<Result<(), std::io::Error>>();
    /// let late = WHOLE.try_run(part.run(hangs)).await.unwrap_err();
    /// assert_eq!(late.refusal().unwrap().name(), "part");
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// [`Failure::Refused`] with [`Error::TimedOut`], or the future's failure.
    pub fn try_run<T, E, F>(&self, future: F) -> impl Future<Output = Result<T, Failure<E>>> + use<T, E, F>
    where
        F: Future<Output = Result<T, Failure<E>>>,
    {
        self.only().guard(future)
    }

    /// As [`run`](Self::run) for a future with any output: only the refusal is an error. If the output is a `Result`,
    /// policies further out do not see its error.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// # use resilient_runtime as resilient;
    /// use resilient::TimeoutPolicy;
    /// use std::time::Duration;
    ///
    /// const LIMIT: TimeoutPolicy = TimeoutPolicy::new(Duration::from_secs(2));
    ///
    /// assert_eq!(LIMIT.run_infallible(async { 42 }).await.unwrap(), 42);
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::TimedOut`] if the future was not ready in time.
    pub fn run_infallible<F: Future>(&self, future: F) -> impl Future<Output = Result<F::Output, Error>> + use<F> {
        let limited = self.only().guard(infallible(future));
        async { limited.await.map_err(refusal) }
    }

    /// Runs a job on a helper thread, and returns when the job has ended or its time is over. In the second case the
    /// job runs on to its end, and its result is dropped. A panic of the job is resumed in the caller. The job's error
    /// is kept apart from the refusal. For a job that cannot fail, use [`call_infallible`](Self::call_infallible).
    ///
    /// Helper threads are reused, and 256 jobs run at a time. A job that waits for an inner limit shares its place with
    /// that limit's job alone, so nested limits never starve each other; there are at most 256 threads for each depth
    /// of nesting. A job whose caller has left keeps its place until it ends. A job that finds no place, or for which
    /// the system gives no thread, waits; if its time is over before it begins, it is dropped without running.
    ///
    /// The job runs in the caller's tokio runtime, if there is one, as under `spawn_blocking`: it may call
    /// `tokio::spawn` and `Handle::current().block_on(…)`. A job whose caller has left does not keep the runtime from
    /// shutting down.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::TimeoutPolicy;
    /// use std::time::Duration;
    ///
    /// const LIMIT: TimeoutPolicy = TimeoutPolicy::new(Duration::from_secs(2));
    ///
    /// assert_eq!(LIMIT.call(|| "42".parse::<u32>()).unwrap(), 42);
    /// ```
    ///
    /// # Errors
    ///
    /// [`Failure::Refused`] with [`Error::TimedOut`] if the job had not ended in time, or [`Failure::Inner`] with its
    /// error.
    ///
    /// # Panics
    ///
    /// In debug builds if the error is a [`Failure`], which [`try_call`](Self::try_call) takes.
    #[track_caller]
    pub fn call<T, E>(&self, job: impl FnOnce() -> Result<T, E> + Send + 'static) -> Result<T, Failure<E>>
    where
        T: Send + 'static,
        E: Send + 'static,
    {
        expect_plain::<E>("TimeoutPolicy::call", "try_call");
        self.only().guard_on_another_thread(|| lift_call(job))
    }

    /// As [`call`](Self::call) for a job that a policy further in may refuse.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{RetryPolicy, TimeoutPolicy};
    /// use std::time::Duration;
    ///
    /// const WHOLE: TimeoutPolicy = TimeoutPolicy::new(Duration::from_secs(5));
    /// const RETRY: RetryPolicy = RetryPolicy::new();
    /// const ATTEMPT: TimeoutPolicy = TimeoutPolicy::new(Duration::from_secs(1));
    ///
    /// let answer = WHOLE.try_call(|| RETRY.try_call(|| ATTEMPT.call(|| "42".parse::<u32>())));
    /// assert_eq!(answer.unwrap(), 42);
    /// ```
    ///
    /// # Errors
    ///
    /// [`Failure::Refused`] with [`Error::TimedOut`], or the job's failure.
    pub fn try_call<T, E>(&self, job: impl FnOnce() -> Result<T, Failure<E>> + Send + 'static) -> Result<T, Failure<E>>
    where
        T: Send + 'static,
        E: Send + 'static,
    {
        self.only().guard_on_another_thread(job)
    }

    /// As [`call`](Self::call) for a job with any result: only the refusal is an error. If the result is a `Result`,
    /// policies further out do not see its error.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::TimeoutPolicy;
    /// use std::time::Duration;
    ///
    /// const LIMIT: TimeoutPolicy = TimeoutPolicy::new(Duration::from_secs(2));
    ///
    /// assert_eq!(LIMIT.call_infallible(|| 42).unwrap(), 42);
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::TimedOut`] if the job had not ended in time.
    pub fn call_infallible<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        self.only().guard_on_another_thread(|| lift_call(|| Ok(job()))).map_err(refusal)
    }

    /// Runs a body on the current thread. It is not interrupted: it has to call [`deadline`](crate::deadline()) or
    /// [`remaining`](crate::remaining()) to stop in time.
    ///
    /// # Errors
    ///
    /// [`Failure::Refused`] with [`Error::TimedOut`] if it returned late, and then its result is dropped; or
    /// [`Failure::Inner`] with its error.
    ///
    /// # Panics
    ///
    /// In debug builds if the error is a [`Failure`], which
    /// [`try_call_cooperative`](Self::try_call_cooperative) takes.
    #[track_caller]
    pub fn call_cooperative<T, E>(&self, body: impl FnOnce() -> Result<T, E>) -> Result<T, Failure<E>> {
        expect_plain::<E>("TimeoutPolicy::call_cooperative", "try_call_cooperative");
        self.only().guard_cooperative(|| lift_call(body))
    }

    /// As [`call_cooperative`](Self::call_cooperative) for a body that a policy further in may refuse.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{RetryPolicy, TimeoutPolicy};
    /// use std::time::Duration;
    ///
    /// const LIMIT: TimeoutPolicy = TimeoutPolicy::new(Duration::from_secs(2));
    ///
    /// let nested =
    ///     LIMIT.try_call_cooperative(|| LIMIT.call_cooperative(|| "42".parse::<u32>()));
    /// assert_eq!(nested.unwrap(), 42);
    /// ```
    ///
    /// # Errors
    ///
    /// [`Failure::Refused`] with [`Error::TimedOut`] if it returned late, or the body's failure.
    pub fn try_call_cooperative<T, E>(&self, body: impl FnOnce() -> Result<T, Failure<E>>) -> Result<T, Failure<E>> {
        self.only().guard_cooperative(body)
    }

    /// The limit of a call outside of a retry.
    fn only(&self) -> Limit {
        Limit::new(self, 1, UNNAMED)
    }
}

/// A future with any output, as the guards expect it.
async fn infallible<F: Future>(future: F) -> Result<F::Output, Failure<Infallible, Infallible>> {
    Ok(future.await)
}

/// A failure without an error of the function is a refusal.
fn refusal(failure: Failure<Infallible>) -> Error {
    match failure {
        Failure::Refused(refusal) => refusal,
    }
}
