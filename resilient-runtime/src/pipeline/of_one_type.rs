//! A pipeline of operations whose values have one type.

use std::fmt;
use std::sync::Arc;

use crate::core::error::Failure;
use crate::core::name::Name;
use crate::pipeline::body::bodies;
use crate::pipeline::layer::{Layer, Stack};
use crate::pipeline::operations::{Detached, InPlace};
use crate::pipeline::or::{call_or, or, or_async};
use crate::pipeline::reads::OfOneType;
use crate::pipeline::run::Call;

/// A pipeline of operations that return a `Result<T, E>` with this `T`. A [`Pipeline`](crate::Pipeline) dereferences to it.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
/// # use resilient_runtime as resilient;
/// use resilient::{BreakerPolicy, CircuitBreaker, Pipeline};
///
/// struct Response { status: u16 }
///
/// let pipeline: Pipeline<std::io::Error, Response> = Pipeline::new()
///     .fallback(|_| Ok(Response { status: 200 }))
///     .breaker(CircuitBreaker::new("api", BreakerPolicy::new().failure_threshold(1)))
///     .failure_if_ok(|response| response.status == 503)
///     .failure_if(|_| false)
///     .build()
///     .unwrap_or_else(|error| panic!("{error}"));
/// # });
/// ```
pub struct PipelineOf<E, T> {
    pub(super) stack: Arc<Stack<E, T>>,
}

/// Operations with values of the pipeline's type.
impl<E, T> PipelineOf<E, T> {
    /// Its name.
    pub fn name(&self) -> Name {
        self.stack.name
    }

    /// As [`Pipeline::run`](crate::Pipeline::run).
    ///
    /// # Errors
    ///
    /// The operation's error of the last attempt or of a fallback, or the refusal of a layer.
    #[inline]
    pub fn run<F>(&self, operation: impl FnMut() -> F) -> impl Future<Output = Result<T, Failure<E>>>
    where
        F: Future<Output = Result<T, E>>,
    {
        Call::<_, _, OfOneType, _, _>::new(&self.stack, bodies(operation))
    }

    /// As [`Pipeline::run_or`](crate::Pipeline::run_or).
    ///
    /// # Errors
    ///
    /// The error of the answer.
    pub fn run_or<F>(
        &self,
        operation: impl FnMut() -> F,
        answer: impl FnOnce(Failure<E>) -> Result<T, E>,
    ) -> impl Future<Output = Result<T, E>>
    where
        F: Future<Output = Result<T, E>>,
    {
        or(self.run(operation), answer)
    }

    /// As [`Pipeline::run_or_async`](crate::Pipeline::run_or_async).
    ///
    /// # Errors
    ///
    /// The error of the answer.
    pub fn run_or_async<F, A>(
        &self,
        operation: impl FnMut() -> F,
        answer: impl FnOnce(Failure<E>) -> A,
    ) -> impl Future<Output = Result<T, E>>
    where
        F: Future<Output = Result<T, E>>,
        A: Future<Output = Result<T, E>>,
    {
        or_async(self.run(operation), answer)
    }

    /// As [`Pipeline::call`](crate::Pipeline::call). An async fallback blocks the thread until its answer is there.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub fn call(&self, operation: impl FnMut() -> Result<T, E>) -> Result<T, Failure<E>> {
        InPlace::<_, OfOneType>::call(&self.stack, operation)
    }

    /// As [`Pipeline::call_or`](crate::Pipeline::call_or).
    ///
    /// # Errors
    ///
    /// The error of the answer.
    pub fn call_or(
        &self,
        operation: impl FnMut() -> Result<T, E>,
        answer: impl FnOnce(Failure<E>) -> Result<T, E>,
    ) -> Result<T, E> {
        call_or(self.call(operation), answer)
    }

    /// As [`Pipeline::call_detached`](crate::Pipeline::call_detached).
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub fn call_detached<F>(&self, operation: F) -> Result<T, Failure<E>>
    where
        T: Send + 'static,
        E: Send + 'static,
        F: Fn() -> Result<T, E> + Clone + Send + 'static,
    {
        Detached::<_, _, _, OfOneType>::call(&self.stack, None, operation)
    }
}

/// The name, and the layers in reading order.
impl<E, T> fmt::Debug for PipelineOf<E, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let layers: Vec<_> = self.stack.layers.iter().map(Layer::kind).collect();
        f.debug_struct("Pipeline").field("name", &self.stack.name).field("layers", &layers).finish()
    }
}
