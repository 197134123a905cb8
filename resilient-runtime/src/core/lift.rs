//! A result as the outcome of a pipeline: its error becomes [`Failure::Inner`], and nothing has refused yet.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::core::error::Failure;

/// A call that returns a `Result`, into the pipeline.
#[allow(clippy::missing_errors_doc, reason = "the error is the result's own")]
pub fn lift_call<T, E>(call: impl FnOnce() -> Result<T, E>) -> Result<T, Failure<E, Infallible>> {
    call().map_err(Failure::Inner)
}

pin_project! {
    /// A future of a `Result`, carried into a pipeline.
    #[must_use = "futures do nothing unless awaited"]
    pub struct Lift<F> {
        #[pin]
        future: F,
    }
}

impl<F> Lift<F> {
    pub(crate) const fn new(future: F) -> Self {
        Self { future }
    }
}

impl<F: Future<Output = Result<T, E>>, T, E> Future for Lift<F> {
    type Output = Result<T, Failure<E, Infallible>>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.project().future.poll(context).map(|result| result.map_err(Failure::Inner))
    }
}
