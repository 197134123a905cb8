//! The answers of a fallback.

use std::future::{Ready, ready};

use crate::error::Failure;

/// An answer that is there, or a future of one: in an async function a fallback may be either.
#[diagnostic::on_unimplemented(
    message = "a fallback must give `{Out}` or a future of it, and this one gives `{Self}`",
    label = "this fallback does not fit the function's result"
)]
pub trait IntoAnswer<Kind, Out> {
    /// The future of the answer.
    type Future: Future<Output = Out>;

    /// As a future.
    fn into_answer(self) -> Self::Future;
}

/// The answer is there.
#[derive(Debug)]
pub struct Now;

/// The answer has to be awaited.
#[derive(Debug)]
pub struct Awaited;

impl<Out> IntoAnswer<Now, Out> for Out {
    type Future = Ready<Out>;

    fn into_answer(self) -> Ready<Out> {
        ready(self)
    }
}

#[diagnostic::do_not_recommend]
impl<F: Future> IntoAnswer<Awaited, F::Output> for F {
    type Future = F;

    fn into_answer(self) -> F {
        self
    }
}

/// The answer of a fallback that was called.
pub fn answer<Out, Kind, A: IntoAnswer<Kind, Out>>(answer: A) -> impl Future<Output = Out> + use<Out, Kind, A> {
    answer.into_answer()
}

/// The answer of a fallback that looks at the error.
pub fn answer_to<Out, Kind, E, A, F>(error: E, fallback: F) -> impl Future<Output = Out> + use<Out, Kind, E, A, F>
where
    A: IntoAnswer<Kind, Out>,
    F: FnOnce(E) -> A,
{
    fallback(error).into_answer()
}

/// The same in a sync function.
pub fn answer_to_blocking<Out, E, F: FnOnce(E) -> Out>(error: E, fallback: F) -> Out {
    fallback(error)
}

/// What a fallback answers: every refusal, and of the function's errors those that its filter lets through.
///
/// # Errors
///
/// The function's error, if it is not to be answered.
pub fn sift<E, R>(failure: Failure<E, R>, filter: impl FnOnce(&E) -> bool) -> Result<Failure<E, R>, E> {
    match failure {
        Failure::Inner(error) if !filter(&error) => Err(error),
        answered => Ok(answered),
    }
}
