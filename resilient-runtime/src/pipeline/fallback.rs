//! The answers of a fallback in a pipeline.

use std::fmt;
use std::future::ready;
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
/// let pipeline: Pipeline<String, String> =
///     Pipeline::new().fallbacks(sources).build().unwrap();
/// assert_eq!(pipeline.call(|| Err("no route".to_owned())).unwrap(), "disk");
/// ```
pub struct Fallback<E, T> {
    pub(super) answer: Answer<E, T>,
    /// Whether it is for successes that a filter declines as well.
    takes_successes: bool,
}

pub(super) enum Answer<E, T> {
    Call(Answers<E, T, Result<T, E>>),
    Run(Answers<E, T, Answering<E, T>>),
    Value(Arc<dyn Fn() -> T + Send + Sync>),
}

type Answers<E, T, R> = Arc<dyn Fn(Answered<E, T>) -> R + Send + Sync>;

/// What is answered: a failure, or a success that a filter declines.
pub(super) type Answered<E, T> = Result<T, Failure<E>>;

/// The future of an answer. Boxed, because only calls that fail have one.
pub(super) type Answering<E, T> = Pin<Box<dyn Future<Output = Result<T, E>> + Send>>;

impl<E, T> Fallback<E, T> {
    /// A function of the failure.
    pub fn call(answer: impl Fn(Failure<E>) -> Result<T, E> + Send + Sync + 'static) -> Self {
        let of_failure = move |answered: Answered<E, T>| answered.or_else(&answer);
        Self { takes_successes: false, ..Self::call_outcome(of_failure) }
    }

    /// A function of the outcome: a failure, or a success that
    /// [`fallback_if_ok`](crate::pipeline::PipelineBuilder::fallback_if_ok) declines.
    pub fn call_outcome(answer: impl Fn(Result<T, Failure<E>>) -> Result<T, E> + Send + Sync + 'static) -> Self {
        Self { answer: Answer::Call(Arc::new(answer)), takes_successes: true }
    }

    /// An async function of the failure. [`Pipeline::call`](crate::Pipeline::call) blocks its thread until the answer
    /// is there, for ever if only that thread could make it come, as the one that drives the runtime it waits for.
    pub fn run<F>(answer: impl Fn(Failure<E>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<T, E>> + Send + 'static,
        E: Send + 'static,
        T: Send + 'static,
    {
        let of_failure = move |answered: Answered<E, T>| -> Answering<E, T> {
            match answered {
                Ok(value) => Box::pin(ready(Ok(value))),
                Err(failure) => Box::pin(answer(failure)),
            }
        };
        Self { answer: Answer::Run(Arc::new(of_failure)), takes_successes: false }
    }

    /// An async function of the outcome, as [`call_outcome`](Self::call_outcome).
    pub fn run_outcome<F>(answer: impl Fn(Result<T, Failure<E>>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<T, E>> + Send + 'static,
    {
        Self { answer: Answer::Run(Arc::new(move |answered| Box::pin(answer(answered)))), takes_successes: true }
    }

    /// A value, cloned for each call that it answers. It cannot fail.
    pub fn value(value: T) -> Self
    where
        T: Clone + Send + Sync + 'static,
    {
        Self { answer: Answer::Value(Arc::new(move || value.clone())), takes_successes: true }
    }

    /// Whether it always answers.
    pub(super) const fn is_certain(&self) -> bool {
        matches!(self.answer, Answer::Value(_))
    }

    pub(super) const fn takes_successes(&self) -> bool {
        self.takes_successes
    }
}

impl<E, T> Clone for Fallback<E, T> {
    fn clone(&self) -> Self {
        let answer = match &self.answer {
            Answer::Call(answer) => Answer::Call(Arc::clone(answer)),
            Answer::Run(answer) => Answer::Run(Arc::clone(answer)),
            Answer::Value(answer) => Answer::Value(Arc::clone(answer)),
        };
        Self { answer, takes_successes: self.takes_successes }
    }
}

impl<E, T> fmt::Debug for Fallback<E, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.answer {
            Answer::Call(_) => "Fallback::call",
            Answer::Run(_) => "Fallback::run",
            Answer::Value(_) => "Fallback::value",
        })
    }
}
