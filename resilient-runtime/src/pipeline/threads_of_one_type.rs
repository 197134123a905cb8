//! A pipeline of operations whose values have one type, and that run on threads of a bulkhead.

use std::fmt;
use std::sync::Arc;

use crate::core::error::Failure;
use crate::core::lift::lift_call;
use crate::core::name::Name;
use crate::pipeline::into_layer::Shared;
use crate::pipeline::layer::{Layer, Stack};
use crate::pipeline::operations::Detached;
use crate::pipeline::reads::{OfOneType, Reads};
use crate::pipeline::run::Call;
use crate::thread_bulkhead::thread_bulkhead::ThreadBulkhead;

/// A pipeline of operations that return a `Result<T, E>` with this `T`, and run on threads of a bulkhead. A
/// [`ThreadPipeline`](crate::ThreadPipeline) dereferences to it.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::{Pipeline, ThreadBulkhead, ThreadBulkheadPolicy, ThreadPipeline};
///
/// let images = ThreadBulkhead::new("images", ThreadBulkheadPolicy::new(4));
/// let pipeline: ThreadPipeline<String, u32> =
///     Pipeline::new().fallback(|_| Ok(0)).build_on(images).unwrap();
/// assert_eq!(pipeline.call(|| Err("down".to_owned())).unwrap(), 0);
/// ```
pub struct ThreadPipelineOf<E, T> {
    pub(super) stack: Arc<Stack<E, T>>,
    pub(super) bulkhead: Shared<ThreadBulkhead>,
}

impl<E, T> ThreadPipelineOf<E, T> {
    /// Its name.
    pub fn name(&self) -> Name {
        self.stack.name
    }
}

/// Operations with values of the pipeline's type.
impl<E: Send + 'static, T: Send + 'static> ThreadPipelineOf<E, T> {
    /// As [`ThreadPipeline::run`](crate::ThreadPipeline::run).
    ///
    /// # Errors
    ///
    /// The operation's error of the last attempt or of a fallback, or the refusal of a layer.
    ///
    /// # Panics
    ///
    /// As the operation does.
    pub fn run<F>(&self, operation: F) -> impl Future<Output = Result<T, Failure<E>>>
    where
        F: Fn() -> Result<T, E> + Clone + Send + 'static,
    {
        self.run_as::<OfOneType, _, _>(operation)
    }

    /// As [`ThreadPipeline::call`](crate::ThreadPipeline::call). An async fallback blocks the thread until its answer is
    /// there.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    ///
    /// # Panics
    ///
    /// As the operation does.
    pub fn call<F>(&self, operation: F) -> Result<T, Failure<E>>
    where
        F: Fn() -> Result<T, E> + Clone + Send + 'static,
    {
        self.call_as::<OfOneType, _, _>(operation)
    }
}

impl<E: Send + 'static, T> ThreadPipelineOf<E, T> {
    pub(super) fn run_as<K, O, F>(&self, operation: F) -> impl Future<Output = Result<O, Failure<E>>>
    where
        O: Send + 'static,
        F: Fn() -> Result<O, E> + Clone + Send + 'static,
        K: Reads<T, O>,
    {
        let on_a_thread = move || {
            let operation = operation.clone();
            self.bulkhead.guard(move || lift_call(operation))
        };
        Call::<_, _, K, _, _>::new(&self.stack, on_a_thread)
    }

    pub(super) fn call_as<K, O, F>(&self, operation: F) -> Result<O, Failure<E>>
    where
        O: Send + 'static,
        T: 'static,
        F: Fn() -> Result<O, E> + Clone + Send + 'static,
        K: Reads<T, O> + 'static,
    {
        Detached::<_, _, _, K>::call(&self.stack, Some(self.bulkhead.clone()), operation)
    }
}

/// The name, the layers in reading order, and the name of the bulkhead.
impl<E, T> fmt::Debug for ThreadPipelineOf<E, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let layers: Vec<_> = self.stack.layers.iter().map(Layer::kind).chain(["bulkhead"]).collect();
        let debug = &mut f.debug_struct("ThreadPipeline");
        debug.field("name", &self.stack.name).field("layers", &layers).field("bulkhead", &self.bulkhead.name()).finish()
    }
}
