//! The answers of a fallback.
//!
//! Generated code passes the failure to [`sift`] and [`answerable`], which decide whether the fallback answers it, and
//! what a function or closure of an async fallback gives to [`answer`], which accepts a value and a future alike.

use std::convert::Infallible;
use std::future::Pending;

use crate::core::error::{Error, ErrorKind, Failure, Refusal};
use crate::deadline::current as deadline;
use crate::event::call_events::Cause;
use crate::private::declined::Declined;

/// What a fallback of an async function may give: an answer, or a future of one.
#[diagnostic::on_unimplemented(
    message = "a fallback must give `{Out}` or a future of it, and this one gives `{Self}`",
    label = "this fallback does not fit the function's result"
)]
pub trait IntoAnswer<Kind, Out> {
    /// The answer that is ready.
    type Now: AnswerNow<Out>;
    /// The future of an answer that is not ready yet.
    type Later: Future<Output = Out>;

    /// Which of the two it is.
    fn into_answer(self) -> Answer<Self::Now, Self::Later>;
}

/// An answer, or a future of it. The two are separated before anything is awaited, so that an answer that is ready need
/// not be `Send`. Where the answer is a future, `Now` is a type without values: otherwise the two would share memory, and
/// a result would be moved in pieces as small as those of the future, also in calls that need no answer.
#[derive(Debug)]
pub enum Answer<Now, Later> {
    /// The answer.
    Now(Now),
    /// The future of it.
    Later(Later),
}

/// An answer that is ready, or that cannot be.
pub trait AnswerNow<Out> {
    /// The answer.
    fn now(self) -> Out;
}

impl<Out> AnswerNow<Out> for Ready<Out> {
    fn now(self) -> Out {
        self.0
    }
}

impl<Out> AnswerNow<Out> for Infallible {
    fn now(self) -> Out {
        match self {}
    }
}

/// An answer that is ready. Without one, the kind of such answers.
#[derive(Debug)]
pub struct Ready<Out = ()>(Out);

/// The kind of answers that have to be awaited.
#[derive(Debug)]
pub struct Awaited;

impl<Out> IntoAnswer<Ready, Out> for Out {
    type Now = Ready<Out>;
    type Later = Pending<Out>;

    fn into_answer(self) -> Answer<Ready<Out>, Pending<Out>> {
        Answer::Now(Ready(self))
    }
}

#[diagnostic::do_not_recommend]
impl<F: Future> IntoAnswer<Awaited, F::Output> for F {
    type Now = Infallible;
    type Later = F;

    fn into_answer(self) -> Answer<Infallible, F> {
        Answer::Later(self)
    }
}

/// The answer of a fallback that was called. The types of what it gives are hidden, so that an answer of a wrong type
/// causes one error and no others that follow from it.
pub fn answer<Out, Kind, A: IntoAnswer<Kind, Out>>(
    answer: A,
) -> Answer<impl AnswerNow<Out> + use<Out, Kind, A>, impl Future<Output = Out> + use<Out, Kind, A>> {
    answer.into_answer()
}

/// Calls a closure of the user's with an argument. The parameter's type is inferred here.
pub fn apply<A, R>(argument: A, closure: impl FnOnce(A) -> R) -> R {
    closure(argument)
}

/// What a fallback answers, for events. It is passed through: a variable that was borrowed would be part of the future
/// while an answer is awaited.
pub fn cause<E, R: Refusal>(failure: Failure<E, R>) -> (Cause, Failure<E, R>) {
    (Cause::of(&failure), failure)
}

/// The same where it may be a success.
pub fn cause_of_outcome<T, E, R: Refusal>(failure: Failure<Declined<T, E>, R>) -> (Cause, Failure<Declined<T, E>, R>) {
    let cause = match &failure {
        Failure::Inner(Declined(Ok(_))) => Cause::Value,
        failure => Cause::of(failure),
    };
    (cause, failure)
}

/// Drops a failure that a fallback does not use. `drop` would cause a lint if the type needs no drop.
pub fn forget<E, R>(_: Failure<E, R>) {}

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

/// What a fallback may still answer: past the deadline above, the function's own error is the answer.
///
/// # Errors
///
/// The function's error, if the deadline is over.
pub fn answerable<E, R>(failure: Failure<E, R>) -> Result<Failure<E, R>, E> {
    match failure {
        Failure::Inner(error) if deadline::expired().is_some() => Err(error),
        answered => Ok(answered),
    }
}

/// The same where what is answered may be a success.
///
/// # Errors
///
/// The function's own result, if the deadline is over.
pub fn answerable_outcome<T, E, R>(
    failure: Failure<Declined<T, E>, R>,
) -> Result<Failure<Declined<T, E>, R>, Result<T, E>> {
    answerable(failure).map_err(|Declined(result)| result)
}

/// What a fallback answers of which `fallback_refused` names these kinds. Exhausted retries are of their own kind, and of
/// that of the last refusal.
///
/// # Errors
///
/// The refusal, if it is of another kind.
pub fn unanswered<E>(failure: Failure<E, Error>, named: &[ErrorKind]) -> Result<Failure<E, Error>, Error> {
    match failure {
        Failure::Refused(refusal)
            if !named.contains(&refusal.kind()) && !named.contains(&refusal.decisive().kind()) =>
        {
            Err(refusal)
        }
        answered => Ok(answered),
    }
}
