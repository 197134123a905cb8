//! A stack of policies as a value, and the calls through it.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use crate::core::error::Failure;
use crate::pipeline::body::bodies;
use crate::pipeline::builder::PipelineBuilder;
use crate::pipeline::layer::Stack;
use crate::pipeline::of_one_type::PipelineOf;
use crate::pipeline::operations::{Detached, InPlace};
use crate::pipeline::or::{call_or, or, or_async};
use crate::pipeline::reads::OfAnyType;
use crate::pipeline::run::Call;

/// A stack of policies as a value: for what differs from one instance to the next, is read from a configuration, or
/// needs a part that runs once for each call, before the attempts.
///
/// The layers act in reading order, as attributes do: the first is the outermost. Each does what its attribute does, by
/// the same state machine. Clones share the layers; a clone costs one atomic operation.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
/// # use resilient_runtime as resilient;
/// use resilient::{Bulkhead, BulkheadPolicy, Failure, Pipeline, RetryPolicy};
/// use std::io;
/// use std::sync::Arc;
/// use std::time::Duration;
///
/// struct Client {
///     pipeline: Pipeline<io::Error>,
///     base: String,
/// }
///
/// impl Client {
///     fn new(
///         base: &str,
///         slots: &Arc<Bulkhead>,
///     ) -> Result<Self, resilient::pipeline::PipelineError> {
///         let pipeline = Pipeline::new()
///             .named("api")
///             .retry(RetryPolicy::new().max_attempts(5))
///             .timeout(Duration::from_secs(2))
///             .bulkhead(slots)
///             .build()?;
///         Ok(Self { pipeline, base: base.to_owned() })
///     }
///
///     async fn get(&self, id: u64) -> Result<String, Failure<io::Error>> {
///         let url = format!("{}/{id}", self.base);
///         self.pipeline.run(async || Ok(url.clone())).await
///     }
/// }
///
/// let slots = Arc::new(Bulkhead::new("api", BulkheadPolicy::new(10)));
/// let client = Client::new("http://localhost", &slots).unwrap();
/// assert_eq!(client.get(7).await.unwrap(), "http://localhost/7");
/// # });
/// ```
///
/// # The type of values
///
/// A `Pipeline<E>` runs operations with values of any type. A `Pipeline<E, T>` runs those that return a
/// `Result<T, E>`; so it can have [fallbacks](PipelineBuilder::fallback) and
/// [filters over values](PipelineBuilder::failure_if_ok). Its methods are those of [`PipelineOf`].
///
/// # Operations
///
/// An operation is called once for each attempt. It may borrow, and nothing of it is boxed but the attempts that a
/// [hedge](PipelineBuilder::hedge) makes beside the first: the future of a call is `Send` where the operation and its
/// futures are. A call that succeeds at the first attempt, without having to wait for
/// a slot or for permits, allocates nothing if at most four of its layers are breakers, throttles, timeouts and bulkheads
/// with an adaptive limit. (A rate limit without a burst keeps the moments of the calls of one span, and allocates until
/// there is room for all of them. A hedge allocates one box for each call of `run`.)
pub struct Pipeline<E, T = ()>(PipelineOf<E, T>);

impl<E, T> Pipeline<E, T> {
    /// A pipeline without layers, to which the builder adds them.
    #[expect(clippy::new_ret_no_self, reason = "a pipeline is built from layers")]
    pub const fn new() -> PipelineBuilder<E, T> {
        PipelineBuilder::new()
    }

    pub(super) fn of(stack: Stack<E, T>) -> Self {
        Self(PipelineOf { stack: Arc::new(stack) })
    }
}

/// Operations with values of any type.
impl<E> Pipeline<E> {
    /// Runs a new future of the operation for each attempt.
    ///
    /// Cancellation: dropping this drops the current attempt, leaves queues, and gives back slots and permits.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// # use resilient_runtime as resilient;
    /// use resilient::{Pipeline, RetryPolicy};
    ///
    /// let pipeline: Pipeline<&str> = Pipeline::new().retry(RetryPolicy::new()).build().unwrap();
    /// assert_eq!(pipeline.run(async || Ok(7)).await.unwrap(), 7);
    /// assert_eq!(pipeline.run(async || Ok("seven")).await.unwrap(), "seven");
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// The operation's error of the last attempt, or the refusal of a layer.
    #[inline]
    pub fn run<O, F>(&self, operation: impl FnMut() -> F) -> impl Future<Output = Result<O, Failure<E>>>
    where
        F: Future<Output = Result<O, E>>,
    {
        Call::<_, _, OfAnyType, _, _>::new(&self.0.stack, bodies(operation))
    }

    /// As [`run`](Self::run), with a last answer of this call in place of a failure. An error of the operation is not
    /// answered if the [`deadline`](crate::deadline()) around the call is over.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// # use resilient_runtime as resilient;
    /// use resilient::{Failure, Pipeline, RetryPolicy};
    ///
    /// let once = RetryPolicy::new().max_attempts(1);
    /// let pipeline: Pipeline<&str> = Pipeline::new().retry(once).build().unwrap();
    /// let answer = pipeline.run_or(async || Err("down"), |failure| match failure {
    ///     Failure::Inner("down") => Ok("cached"),
    ///     failure => Err(failure.inner().copied().unwrap_or("refused")),
    /// });
    /// assert_eq!(answer.await, Ok("cached"));
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// The error of the answer.
    pub fn run_or<O, F>(
        &self,
        operation: impl FnMut() -> F,
        answer: impl FnOnce(Failure<E>) -> Result<O, E>,
    ) -> impl Future<Output = Result<O, E>>
    where
        F: Future<Output = Result<O, E>>,
    {
        or(self.run(operation), answer)
    }

    /// As [`run_or`](Self::run_or) with an async answer.
    ///
    /// # Errors
    ///
    /// The error of the answer.
    pub fn run_or_async<O, F, A>(
        &self,
        operation: impl FnMut() -> F,
        answer: impl FnOnce(Failure<E>) -> A,
    ) -> impl Future<Output = Result<O, E>>
    where
        F: Future<Output = Result<O, E>>,
        A: Future<Output = Result<O, E>>,
    {
        or_async(self.run(operation), answer)
    }

    /// Calls the operation on this thread, once for each attempt, and blocks the thread during delays and while it
    /// waits for a slot. A timeout does not interrupt it: the operation asks [`deadline`](crate::deadline()), and a
    /// result that comes late is [`TimedOut`](crate::Error::TimedOut).
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{Pipeline, RetryPolicy};
    ///
    /// let pipeline: Pipeline<std::num::ParseIntError> =
    ///     Pipeline::new().retry(RetryPolicy::new()).build().unwrap();
    /// assert_eq!(pipeline.call(|| "42".parse::<u32>()).unwrap(), 42);
    /// ```
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub fn call<O>(&self, operation: impl FnMut() -> Result<O, E>) -> Result<O, Failure<E>> {
        InPlace::<_, OfAnyType>::call(&self.0.stack, operation)
    }

    /// As [`call`](Self::call), with a last answer of this call in place of a failure. An error of the operation is not
    /// answered if the [`deadline`](crate::deadline()) around the call is over.
    ///
    /// # Errors
    ///
    /// The error of the answer.
    pub fn call_or<O>(
        &self,
        operation: impl FnMut() -> Result<O, E>,
        answer: impl FnOnce(Failure<E>) -> Result<O, E>,
    ) -> Result<O, E> {
        call_or(self.call(operation), answer)
    }

    /// Calls the operation, which moves to a helper thread at each timeout: the caller returns at the deadline, and the
    /// operation runs on unseen. It keeps its slots until it has ended, also those of bulkheads above the timeout. See
    /// [`TimeoutPolicy::call`](crate::TimeoutPolicy::call) for the threads.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::Pipeline;
    /// use std::time::Duration;
    ///
    /// let pipeline: Pipeline<String> =
    ///     Pipeline::new().timeout(Duration::from_millis(1)).build().unwrap();
    /// let late = pipeline.call_detached(|| Ok(std::thread::sleep(Duration::from_millis(100))));
    /// assert!(late.unwrap_err().refusal().unwrap().is_timed_out());
    /// ```
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub fn call_detached<O, F>(&self, operation: F) -> Result<O, Failure<E>>
    where
        O: Send + 'static,
        E: Send + 'static,
        F: Fn() -> Result<O, E> + Clone + Send + 'static,
    {
        Detached::<_, _, _, OfAnyType>::call(&self.0.stack, None, operation)
    }
}

impl<E, T> Deref for Pipeline<E, T> {
    type Target = PipelineOf<E, T>;

    fn deref(&self) -> &PipelineOf<E, T> {
        &self.0
    }
}

impl<E, T> Clone for Pipeline<E, T> {
    fn clone(&self) -> Self {
        Self(PipelineOf { stack: Arc::clone(&self.0.stack) })
    }
}

impl<E, T> fmt::Debug for Pipeline<E, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
