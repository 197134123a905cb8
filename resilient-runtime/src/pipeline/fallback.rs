//! The answers of a fallback in a pipeline.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use crate::core::error::Failure;

/// One answer of a fallback in a [`Pipeline`](crate::Pipeline): a function of the failure, a future of one, or a value.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::pipeline::Fallback;
/// use resilient::{Failure, Pipeline};
///
/// let sources = ["cache", "disk"].map(|source| {
///     Fallback::call(move |failure: Failure<String>| match source {
///         "disk" => Ok(source.to_owned()),
///         _ => failure.inner().cloned().map_or_else(|| Err("refused".to_owned()), Err),
///     })
/// });
/// let pipeline: Pipeline<String, String> = Pipeline::new().fallbacks(sources).build().unwrap();
/// assert_eq!(pipeline.call(|| Err("no route".to_owned())).unwrap(), "disk");
/// ```
pub struct Fallback<E, T>(pub(super) Answer<E, T>);

pub(super) enum Answer<E, T> {
    Call(Arc<dyn Fn(Failure<E>) -> Result<T, E> + Send + Sync>),
    Run(Arc<dyn Fn(Failure<E>) -> Answering<E, T> + Send + Sync>),
    Value(Arc<dyn Fn() -> T + Send + Sync>),
}

/// The future of an answer. Boxed, because only calls that fail have one.
pub(super) type Answering<E, T> = Pin<Box<dyn Future<Output = Result<T, E>> + Send>>;

impl<E, T> Fallback<E, T> {
    /// A function of the failure.
    pub fn call(answer: impl Fn(Failure<E>) -> Result<T, E> + Send + Sync + 'static) -> Self {
        Self(Answer::Call(Arc::new(answer)))
    }

    /// An async function of the failure. [`Pipeline::call`](crate::Pipeline::call) blocks its thread until the answer
    /// is there.
    pub fn run<F>(answer: impl Fn(Failure<E>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<T, E>> + Send + 'static,
    {
        Self(Answer::Run(Arc::new(move |failure| Box::pin(answer(failure)))))
    }

    /// A value, cloned for each call that it answers. It cannot fail.
    pub fn value(value: T) -> Self
    where
        T: Clone + Send + Sync + 'static,
    {
        Self(Answer::Value(Arc::new(move || value.clone())))
    }

    /// Whether it always answers.
    pub(super) const fn is_certain(&self) -> bool {
        matches!(self.0, Answer::Value(_))
    }
}

impl<E, T> Clone for Fallback<E, T> {
    fn clone(&self) -> Self {
        Self(match &self.0 {
            Answer::Call(answer) => Answer::Call(Arc::clone(answer)),
            Answer::Run(answer) => Answer::Run(Arc::clone(answer)),
            Answer::Value(answer) => Answer::Value(Arc::clone(answer)),
        })
    }
}

impl<E, T> fmt::Debug for Fallback<E, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Answer::Call(_) => "Fallback::call",
            Answer::Run(_) => "Fallback::run",
            Answer::Value(_) => "Fallback::value",
        })
    }
}
