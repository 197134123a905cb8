//! What an async operation makes for each attempt.

use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::core::error::Failure;

pin_project! {
    /// A future of the operation. Its error is none of a layer.
    #[must_use = "futures do nothing unless awaited"]
    pub(super) struct Body<F> {
        #[pin]
        future: F,
    }
}

/// An operation that makes bodies.
#[inline]
pub(super) fn bodies<F>(mut operation: impl FnMut() -> F) -> impl FnMut() -> Body<F> {
    move || Body { future: operation() }
}

impl<F: Future<Output = Result<O, E>>, O, E> Future for Body<F> {
    type Output = Result<O, Failure<E>>;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.project().future.poll(context).map_err(Failure::Inner)
    }
}
