//! Conversions between what the user's function returns and the outcome of a pipeline, `Result<T, Failure<E, R>>`.
//!
//! A function that returns a `Result<T, E>` has the outcome `Result<T, Failure<E, _>>`, any other `Result<T,
//! Failure<NoError, _>>`. Where the result type is called `Result`, generated code calls `lift_future`, `lift_call`,
//! [`settled`] and [`unrefused`]. For any other type, which may be an alias, it calls methods of [`Returns`] and
//! [`Leaving`]: the inherent method for a `Result` has precedence over the trait's method for any type.
//!
//! The methods' names begin with `__resilient_`, because the user may have a trait in scope that gives methods of any
//! other name to every type.

use std::convert::{Infallible, identity};
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::core::error::{Error, Failure, Refusal};
use crate::core::lift::Lift;
use crate::event::call::Call;
use crate::event::call_events::Outcome;

/// The error of a function that returns no `Result`. It has no values.
#[derive(Debug, Clone, Copy, thiserror::Error)]
pub enum NoError {}

/// Stands for the type that a body returns.
pub struct Returns<T>(PhantomData<fn() -> T>);

impl<T> Clone for Returns<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Returns<T> {}

impl<T> Returns<T> {
    /// Of a value.
    pub const fn of(_: &T) -> Self {
        Self(PhantomData)
    }

    /// Of a closure's result.
    pub const fn of_call(_: &impl FnOnce() -> T) -> Self {
        Self(PhantomData)
    }

    /// Of a future's output.
    pub const fn of_future(_: &impl Future<Output = T>) -> Self {
        Self(PhantomData)
    }
}

impl<T, E> Returns<Result<T, E>> {
    /// Into the pipeline.
    #[allow(clippy::missing_errors_doc, reason = "the error is the result's own")]
    pub fn __resilient_lift(self, result: Result<T, E>) -> Result<T, Failure<E, Infallible>> {
        result.map_err(Failure::Inner)
    }

    /// A call into the pipeline.
    #[allow(clippy::missing_errors_doc, reason = "the error is the result's own")]
    pub fn __resilient_lift_call(self, call: impl FnOnce() -> Result<T, E>) -> Result<T, Failure<E, Infallible>> {
        self.__resilient_lift(call())
    }

    /// Whether it is a success.
    pub const fn __resilient_is_ok(self, result: &Result<T, E>) -> bool {
        result.is_ok()
    }

    /// A result that a fallback may have given. The call has ended.
    pub fn __resilient_answered(self, result: Result<T, E>, call: &Call) -> Result<T, E> {
        call.end(Outcome::by_itself(result.is_ok()));
        result
    }

    /// A future into the pipeline.
    pub const fn __resilient_lift_future<F: Future<Output = Result<T, E>>>(self, future: F) -> Lift<F> {
        Lift::new(future)
    }
}

/// The future of a `Result`, into the pipeline.
pub const fn lift_future<F: Future<Output = Result<T, E>>, T, E>(future: F) -> Lift<F> {
    Lift::new(future)
}

/// For functions that return no `Result`.
pub trait ReturnsPlain<T>: Sized {
    /// Into the pipeline.
    #[allow(clippy::missing_errors_doc, reason = "there is no error")]
    fn __resilient_lift(self, value: T) -> Result<T, Failure<NoError, Infallible>> {
        Ok(value)
    }

    /// A call into the pipeline.
    #[allow(clippy::missing_errors_doc, reason = "there is no error")]
    fn __resilient_lift_call(self, call: impl FnOnce() -> T) -> Result<T, Failure<NoError, Infallible>> {
        self.__resilient_lift(call())
    }

    /// Whether it is a success.
    fn __resilient_is_ok(self, _: &T) -> bool {
        true
    }

    /// A value that a fallback may have given. The call has ended.
    fn __resilient_answered(self, value: T, call: &Call) -> T {
        call.end(Outcome::Success);
        value
    }

    /// A future into the pipeline.
    fn __resilient_lift_future<F: Future<Output = T>>(self, future: F) -> LiftPlain<F> {
        LiftPlain { future }
    }
}

impl<T> ReturnsPlain<T> for Returns<T> {}

pin_project! {
    /// A future of any other value, carried into a pipeline.
    #[must_use = "futures do nothing unless awaited"]
    pub struct LiftPlain<F> {
        #[pin]
        future: F,
    }
}

impl<F: Future> Future for LiftPlain<F> {
    type Output = Result<F::Output, Failure<NoError, Infallible>>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.project().future.poll(context).map(Ok)
    }
}

/// What a refusal turns into where it leaves the outermost attribute. Generated code names `from_refusal` by its path,
/// so that the error about a type that lacks it points at the attribute and shows no function of this crate.
#[diagnostic::on_unimplemented(
    message = "a refusal (an open breaker, an expired timeout, a full bulkhead, exhausted retries) has no way into `{Self}`",
    label = "this can refuse a call, and `{Self}` cannot hold that",
    note = "let the error take it: a variant with `#[from] resilient::Error`, or `impl From<resilient::Error> for {Self}`",
    note = "or turn it into the error where it arises: `map_err = path::to::function` on the attributes that can refuse",
    note = "or answer it: `#[fallback(…)]` above them"
)]
pub trait FromRefusal {
    /// The refusal as an error of this type.
    fn from_refusal(refusal: Error) -> Self;
}

#[diagnostic::do_not_recommend]
impl<E: From<Error>> FromRefusal for E {
    fn from_refusal(refusal: Error) -> Self {
        refusal.into()
    }
}

/// The result type of a function that can be refused. Generated code requires it where the type is not called `Result`.
#[diagnostic::on_unimplemented(
    message = "this function returns no `Result`, so a refusal (an open breaker, an expired timeout, a full bulkhead, exhausted retries) has no way out",
    label = "this can refuse a call, and `{Self}` cannot tell the caller",
    note = "return a `Result<{Self}, E>` with `E: From<resilient::Error>`, or answer refusals: `#[fallback(…)]` on top"
)]
pub trait Refusable<E> {
    /// The refusal as its error.
    fn refused(refusal: Error) -> E;
}

impl<T, E: FromRefusal> Refusable<E> for Result<T, E> {
    fn refused(refusal: Error) -> E {
        E::from_refusal(refusal)
    }
}

/// What a refusal would have to become in a function that returns a `T` and no `Result`. Nothing makes one.
#[derive(Debug)]
pub struct NoResult<T>(T);

/// The type of a refusal where nothing can have refused.
pub trait NoRefusal: Sized {
    /// Never called, because there is no value.
    fn never<T>(self) -> T;
}

impl NoRefusal for Infallible {
    fn never<T>(self) -> T {
        match self {}
    }
}

/// The end of a pipeline, or of the part below a fallback.
#[derive(Debug)]
pub struct Leaving<O>(pub O);

impl<T, R> Leaving<Result<T, Failure<NoError, R>>> {
    /// What the user's function returns, where nothing can have refused. The call has ended.
    pub fn __resilient_unrefused(self, call: &Call) -> T
    where
        R: NoRefusal,
    {
        call.end(Outcome::Success);
        match self.0 {
            Ok(value) => value,
            Err(Failure::Inner(never)) => match never {},
            Err(Failure::Refused(refusal)) => refusal.never(),
        }
    }

    /// What the user's function returns on success, for a fallback to replace otherwise.
    #[allow(clippy::missing_errors_doc, reason = "the failure is the pipeline's own")]
    pub fn __resilient_success(self) -> Result<T, Failure<NoError, R>> {
        self.0
    }
}

impl<T> Leaving<Result<T, Failure<NoError, Error>>> {
    /// Compiles for no `T`: a function without a `Result` cannot hold a refusal.
    pub fn __resilient_settled(self, call: &Call, into: impl FnOnce(Error) -> NoResult<T>) -> T {
        call.end(Outcome::of(&self.0));
        match self.0 {
            Ok(value) => value,
            Err(Failure::Inner(never)) => match never {},
            Err(Failure::Refused(refusal)) => into(refusal).0,
        }
    }
}

/// The `Result` that the function returns, with a refusal as its error. The call has ended. There is an arm for each way
/// to end, because a look at the whole outcome before that takes some ten instructions more.
#[inline]
#[allow(clippy::missing_errors_doc, reason = "the error is the function's own")]
pub fn settled<T, E>(
    outcome: Result<T, Failure<E, Error>>,
    call: &Call,
    into: impl FnOnce(Error) -> E,
) -> Result<T, E> {
    match outcome {
        Ok(value) => {
            call.end(Outcome::Success);
            Ok(value)
        }
        Err(Failure::Inner(error)) => {
            call.end(Outcome::Error);
            Err(error)
        }
        Err(Failure::Refused(refusal)) => {
            call.end(Outcome::Refused(refusal.kind()));
            Err(into(refusal))
        }
    }
}

/// The same, where nothing can have refused.
#[inline]
#[allow(clippy::missing_errors_doc, reason = "the error is the function's own")]
pub fn unrefused<T, E, R: NoRefusal>(outcome: Result<T, Failure<E, R>>, call: &Call) -> Result<T, E> {
    match outcome {
        Ok(value) => {
            call.end(Outcome::Success);
            Ok(value)
        }
        Err(Failure::Inner(error)) => {
            call.end(Outcome::Error);
            Err(error)
        }
        Err(Failure::Refused(refusal)) => refusal.never(),
    }
}

/// For functions that return a `Result`.
pub trait LeavingResult<T, E, R>: Sized {
    /// The outcome of the pipeline.
    #[allow(clippy::missing_errors_doc, reason = "the error is the function's own")]
    fn outcome(self) -> Result<T, Failure<E, R>>;

    /// What the user's function returns, where nothing can have refused.
    #[allow(clippy::missing_errors_doc, reason = "the error is the function's own")]
    fn __resilient_unrefused(self, call: &Call) -> Result<T, E>
    where
        R: NoRefusal,
    {
        unrefused(self.outcome(), call)
    }

    /// What the user's function returns on success, for a fallback to replace otherwise.
    #[allow(clippy::missing_errors_doc, reason = "the failure is the pipeline's own")]
    fn __resilient_success(self) -> Result<Result<T, E>, Failure<E, R>> {
        self.outcome().map(Ok)
    }
}

impl<T, E, R> LeavingResult<T, E, R> for Leaving<Result<T, Failure<E, R>>> {
    fn outcome(self) -> Result<T, Failure<E, R>> {
        self.0
    }
}

/// For functions that return a `Result` and can be refused.
pub trait LeavingRefused<T, E>: LeavingResult<T, E, Error> {
    /// What the user's function returns, refusals turned into its error.
    #[allow(clippy::missing_errors_doc, reason = "the error is the function's own")]
    fn __resilient_settled(self, call: &Call, into: impl FnOnce(Error) -> E) -> Result<T, E> {
        settled(self.outcome(), call, into)
    }
}

impl<T, E> LeavingRefused<T, E> for Leaving<Result<T, Failure<E, Error>>> {}

/// The outcome where refusals are possible from here on.
#[allow(clippy::missing_errors_doc, reason = "the failure is the outcome's own")]
pub fn widen<T, E, R: Refusal>(outcome: Result<T, Failure<E, R>>) -> Result<T, Failure<E, Error>> {
    outcome.map_err(Failure::widen)
}

fn own_error<E>(failure: Failure<E, Error>, into: impl FnOnce(Error) -> E) -> E {
    match failure {
        Failure::Inner(error) => error,
        Failure::Refused(refusal) => into(refusal),
    }
}

impl Leaving<Failure<NoError, Error>> {
    /// The error that a fallback's closure is given: the refusal itself.
    pub fn __resilient_error(self, _: impl FnOnce(Error) -> Error) -> Error {
        self.refusal()
    }

    /// The same, whatever a `map_err` would make of it.
    pub fn __resilient_error_by<E>(self, _: impl FnOnce(Error) -> E) -> Error {
        self.refusal()
    }

    fn refusal(self) -> Error {
        match self.0 {
            Failure::Inner(never) => match never {},
            Failure::Refused(refusal) => refusal,
        }
    }
}

/// For functions that return a `Result`.
pub trait LeavingError<E>: Sized {
    /// The failure.
    fn failure(self) -> Failure<E, Error>;

    /// The error that a fallback's closure is given, refusals turned into it.
    fn __resilient_error(self, into: impl FnOnce(Error) -> E) -> E {
        own_error(self.failure(), into)
    }

    /// The same by a `map_err`.
    fn __resilient_error_by(self, map_err: impl FnOnce(Error) -> E) -> E {
        own_error(self.failure(), map_err)
    }
}

impl<E> LeavingError<E> for Leaving<Failure<E, Error>> {
    fn failure(self) -> Failure<E, Error> {
        self.0
    }
}

impl<E> Leaving<Failure<E, Infallible>> {
    /// The error that a fallback's closure is given, where nothing can have refused.
    pub fn __resilient_own_error(self) -> E {
        match self.0 {
            Failure::Inner(error) => error,
            Failure::Refused(never) => match never {},
        }
    }
}

impl<R> Leaving<Failure<NoError, R>> {
    /// What puts a value in place of the failure. A function pointer, so that the error about a value of a wrong type
    /// points at the value and shows no function of this crate.
    pub fn __resilient_instead<T>(self) -> fn(T) -> T {
        identity
    }
}

/// For functions that return a `Result`.
pub trait LeavingInstead<E>: Sized {
    /// What puts the value of a success in place of the failure.
    fn __resilient_instead<T>(self) -> fn(T) -> Result<T, E> {
        Ok
    }
}

impl<E, R> LeavingInstead<E> for Leaving<Failure<E, R>> {}
