//! What the function returned as one value of a pipeline, for what looks at its values and its errors alike.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::core::error::Failure;

/// The function's own result, or a refusal.
pub(crate) type WholeOutcome<T, E, R> = Result<Result<T, E>, Failure<Infallible, R>>;

/// An outcome with the function's own result in one piece.
pub(crate) fn whole<T, E, R>(outcome: Result<T, Failure<E, R>>) -> WholeOutcome<T, E, R> {
    match outcome {
        Ok(value) => Ok(Ok(value)),
        Err(Failure::Inner(error)) => Ok(Err(error)),
        Err(Failure::Refused(refusal)) => Err(Failure::Refused(refusal)),
    }
}

/// The same outcome as a pipeline has it.
pub(crate) fn parted<T, E, R>(outcome: WholeOutcome<T, E, R>) -> Result<T, Failure<E, R>> {
    match outcome {
        Ok(result) => result.map_err(Failure::Inner),
        Err(Failure::Inner(never)) => match never {},
        Err(Failure::Refused(refusal)) => Err(Failure::Refused(refusal)),
    }
}

pin_project! {
    /// A future whose outcome has the function's own result in one piece.
    #[must_use = "futures do nothing unless awaited"]
    pub struct Whole<F> {
        #[pin]
        future: F,
    }
}

impl<F> Whole<F> {
    pub(crate) const fn new(future: F) -> Self {
        Self { future }
    }
}

impl<F: Future<Output = Result<T, Failure<E, R>>>, T, E, R> Future for Whole<F> {
    type Output = WholeOutcome<T, E, R>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.project().future.poll(context).map(whole)
    }
}

pin_project! {
    /// The same outcome as a pipeline has it.
    #[must_use = "futures do nothing unless awaited"]
    pub struct Parted<F> {
        #[pin]
        future: F,
    }
}

impl<F> Parted<F> {
    pub(crate) const fn new(future: F) -> Self {
        Self { future }
    }
}

impl<F: Future<Output = WholeOutcome<T, E, R>>, T, E, R> Future for Parted<F> {
    type Output = Result<T, Failure<E, R>>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.project().future.poll(context).map(parted)
    }
}
