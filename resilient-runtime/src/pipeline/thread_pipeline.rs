//! A pipeline whose bodies run on threads of a bulkhead.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use crate::core::error::Failure;
use crate::pipeline::into_layer::Shared;
use crate::pipeline::layer::Stack;
use crate::pipeline::reads::OfAnyType;
use crate::pipeline::threads_of_one_type::ThreadPipelineOf;
use crate::thread_bulkhead::thread_bulkhead::ThreadBulkhead;

/// A [`Pipeline`](crate::Pipeline) with a bulkhead of threads as its innermost layer. From
/// [`build_on`](crate::pipeline::PipelineBuilder::build_on).
///
/// Each body runs on a thread of the bulkhead, as that of a function with `#[bulkhead(threads = …)]` does: neither a runtime
/// nor the caller's thread is held up by what blocks or computes, and no more bodies run at a time than there are threads.
/// So what it runs owns what it uses, and a retry or a hedge runs a clone of it. It is sync code, also in
/// [`run`](Self::run).
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::{
///     Pipeline, RetryPolicy, ThreadBulkhead, ThreadBulkheadPolicy, ThreadPipeline,
/// };
/// use std::time::Duration;
/// use std::{fs, io};
///
/// let disk = ThreadBulkhead::new("disk", ThreadBulkheadPolicy::new(4).max_queue(20));
/// let pipeline: ThreadPipeline<io::Error> = Pipeline::new()
///     .retry(
///         RetryPolicy::new()
///             .retry_if(|error: &io::Error| error.kind() == io::ErrorKind::Interrupted),
///     )
///     .timeout(Duration::from_secs(5))
///     .build_on(disk)
///     .unwrap();
/// let path = "no such file".to_owned();
/// let read = pipeline.call(move || fs::read(&path));
/// assert_eq!(read.unwrap_err().inner().unwrap().kind(), io::ErrorKind::NotFound);
/// ```
///
/// # The type of values
///
/// As that of a [`Pipeline`](crate::Pipeline#the-type-of-values): a `ThreadPipeline<E>` runs operations with values of any
/// type. The methods of a `ThreadPipeline<E, T>` are those of [`ThreadPipelineOf`](crate::pipeline::ThreadPipelineOf).
pub struct ThreadPipeline<E, T = ()>(ThreadPipelineOf<E, T>);

impl<E, T> ThreadPipeline<E, T> {
    pub(super) fn of(stack: Stack<E, T>, bulkhead: Shared<ThreadBulkhead>) -> Self {
        Self(ThreadPipelineOf { stack: Arc::new(stack), bulkhead })
    }
}

/// Operations with values of any type.
impl<E: Send + 'static> ThreadPipeline<E> {
    /// Runs a clone of the operation on a thread for each attempt, and awaits its end. A panic of the operation is resumed
    /// in the caller.
    ///
    /// Cancellation: dropping this leaves queues, and gives back slots and permits. An operation that waits for a thread
    /// never begins; one that has begun runs on unseen, and occupies its thread until it has ended. So it is after a
    /// timeout. It can ask [`deadline`](crate::deadline()) when to stop.
    ///
    /// While a test has paused tokio's clock, that clock does not move by itself until the operation has ended.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// # use resilient_runtime as resilient;
    /// use resilient::{Pipeline, TimeoutPolicy};
    /// use resilient::{ThreadBulkhead, ThreadBulkheadPolicy, ThreadPipeline};
    /// use std::time::Duration;
    ///
    /// const LIMIT: TimeoutPolicy = TimeoutPolicy::new(Duration::from_secs(5));
    ///
    /// let images = ThreadBulkhead::new("images", ThreadBulkheadPolicy::new(4));
    /// let pipeline: ThreadPipeline<std::num::ParseIntError> =
    ///     Pipeline::new().timeout(LIMIT).build_on(images).unwrap();
    /// assert_eq!(pipeline.run(|| "42".parse::<u32>()).await.unwrap(), 42);
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// The operation's error of the last attempt, or the refusal of a layer: [`BulkheadFull`](crate::Error::BulkheadFull)
    /// if there is no room for it, no thread within `max_wait`, or a shutdown has begun.
    ///
    /// # Panics
    ///
    /// As the operation does.
    pub fn run<O, F>(&self, operation: F) -> impl Future<Output = Result<O, Failure<E>>>
    where
        O: Send + 'static,
        F: Fn() -> Result<O, E> + Clone + Send + 'static,
    {
        self.0.run_as::<OfAnyType, _, _>(operation)
    }

    /// Runs a clone of the operation on a thread for each attempt, and blocks this thread until it has ended. A panic of the
    /// operation is resumed in the caller.
    ///
    /// The deadline of a timeout ends the wait, and that of a caller: an operation that has not begun by then never does,
    /// and one that has runs on unseen. It keeps its thread until it has ended, and the slots of bulkheads above. The
    /// attempts of a hedge wait on helper threads, and so does what is below a timeout if a fallback is.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{Pipeline, ThreadBulkhead, ThreadBulkheadPolicy, ThreadPipeline};
    /// use std::time::Duration;
    ///
    /// let images = ThreadBulkhead::new("images", ThreadBulkheadPolicy::new(4));
    /// let pipeline: ThreadPipeline<String> =
    ///     Pipeline::new().timeout(Duration::from_millis(1)).build_on(images).unwrap();
    /// let late = pipeline.call(|| Ok(std::thread::sleep(Duration::from_millis(100))));
    /// assert!(late.unwrap_err().refusal().unwrap().is_timed_out());
    /// ```
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    ///
    /// # Panics
    ///
    /// As the operation does.
    pub fn call<O, F>(&self, operation: F) -> Result<O, Failure<E>>
    where
        O: Send + 'static,
        F: Fn() -> Result<O, E> + Clone + Send + 'static,
    {
        self.0.call_as::<OfAnyType, _, _>(operation)
    }
}

impl<E, T> Deref for ThreadPipeline<E, T> {
    type Target = ThreadPipelineOf<E, T>;

    fn deref(&self) -> &ThreadPipelineOf<E, T> {
        &self.0
    }
}

impl<E, T> Clone for ThreadPipeline<E, T> {
    fn clone(&self) -> Self {
        let ThreadPipelineOf { stack, bulkhead } = &self.0;
        Self(ThreadPipelineOf { stack: Arc::clone(stack), bulkhead: bulkhead.clone() })
    }
}

impl<E, T> fmt::Debug for ThreadPipeline<E, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
