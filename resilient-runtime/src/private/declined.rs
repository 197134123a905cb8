//! What a fallback answers where its filters look at successes as well: an outcome in place of a failure.
//!
//! The methods are called on [`Leaving`], as those for failures are: the inherent method for a function that returns no
//! `Result` has precedence over the trait's method.

use std::convert::identity;

use crate::core::error::{Error, Failure};
use crate::private::outcome::{Leaving, NoError, NoRefusal};

/// An outcome of the function that a fallback answers.
#[derive(Debug)]
pub struct Declined<T, E>(pub(super) Result<T, E>);

impl<T, R> Leaving<Result<T, Failure<NoError, R>>> {
    /// What the user's function returns, unless a filter finds the value.
    #[allow(clippy::missing_errors_doc, reason = "the failure is what is to be answered")]
    pub fn __resilient_unless_ok(
        self,
        values: impl FnOnce(&T) -> bool,
        _: impl FnOnce(&NoError) -> bool,
    ) -> Result<T, Failure<Declined<T, NoError>, R>> {
        match self.0 {
            Ok(value) if values(&value) => Err(Failure::Inner(Declined(Ok(value)))),
            Ok(value) => Ok(value),
            Err(Failure::Inner(never)) => match never {},
            Err(Failure::Refused(refusal)) => Err(Failure::Refused(refusal)),
        }
    }
}

/// For functions that return a `Result`.
pub trait LeavingOutcome<T, E, R>: Sized {
    /// What the user's function returns, unless a filter finds its value or its error.
    #[allow(clippy::missing_errors_doc, reason = "the failure is what is to be answered")]
    fn __resilient_unless_ok(
        self,
        values: impl FnOnce(&T) -> bool,
        errors: impl FnOnce(&E) -> bool,
    ) -> Result<Result<T, E>, Failure<Declined<T, E>, R>> {
        self.__resilient_unless_result(|result| match result {
            Ok(value) => values(value),
            Err(error) => errors(error),
        })
    }

    /// The same by one filter for both.
    #[allow(clippy::missing_errors_doc, reason = "the failure is what is to be answered")]
    fn __resilient_unless_result(
        self,
        results: impl FnOnce(&Result<T, E>) -> bool,
    ) -> Result<Result<T, E>, Failure<Declined<T, E>, R>>;
}

impl<T, E, R> LeavingOutcome<T, E, R> for Leaving<Result<T, Failure<E, R>>> {
    fn __resilient_unless_result(
        self,
        results: impl FnOnce(&Result<T, E>) -> bool,
    ) -> Result<Result<T, E>, Failure<Declined<T, E>, R>> {
        match whole(self.0)? {
            result if results(&result) => Err(Failure::Inner(Declined(result))),
            result => Ok(result),
        }
    }
}

/// The function's own result, or the refusal as the failure of an answer.
fn whole<T, E, R>(outcome: Result<T, Failure<E, R>>) -> Result<Result<T, E>, Failure<Declined<T, E>, R>> {
    match outcome {
        Ok(value) => Ok(Ok(value)),
        Err(Failure::Inner(error)) => Ok(Err(error)),
        Err(Failure::Refused(refusal)) => Err(Failure::Refused(refusal)),
    }
}

impl<T> Leaving<Failure<Declined<T, NoError>, Error>> {
    /// The outcome that a fallback's closure is given: the value, or the refusal itself.
    #[allow(clippy::missing_errors_doc, reason = "the error is the refusal")]
    pub fn __resilient_outcome(self, _: impl FnOnce(Error) -> Error) -> Result<T, Error> {
        self.value_or_refusal()
    }

    /// The same, whatever a `map_err` would make of it.
    #[allow(clippy::missing_errors_doc, reason = "the error is the refusal")]
    pub fn __resilient_outcome_by<E>(self, _: impl FnOnce(Error) -> E) -> Result<T, Error> {
        self.value_or_refusal()
    }

    fn value_or_refusal(self) -> Result<T, Error> {
        match self.0 {
            Failure::Inner(Declined(Ok(value))) => Ok(value),
            Failure::Inner(Declined(Err(never))) => match never {},
            Failure::Refused(refusal) => Err(refusal),
        }
    }
}

impl<T, R> Leaving<Failure<Declined<T, NoError>, R>> {
    /// What puts a value in place of the outcome.
    pub fn __resilient_instead_of_outcome(self) -> fn(T) -> T {
        identity
    }
}

/// For functions that return a `Result`.
pub trait LeavingDeclined<T, E, R>: Sized {
    /// What is to be answered.
    fn declined(self) -> Failure<Declined<T, E>, R>;

    /// The outcome that a fallback's closure is given, refusals turned into its error.
    #[allow(clippy::missing_errors_doc, reason = "the error is the function's own")]
    fn __resilient_outcome(self, into: impl FnOnce(R) -> E) -> Result<T, E> {
        match self.declined() {
            Failure::Inner(Declined(result)) => result,
            Failure::Refused(refusal) => Err(into(refusal)),
        }
    }

    /// The same by a `map_err`.
    #[allow(clippy::missing_errors_doc, reason = "the error is the function's own")]
    fn __resilient_outcome_by(self, map_err: impl FnOnce(R) -> E) -> Result<T, E> {
        self.__resilient_outcome(map_err)
    }

    /// The same where nothing can have refused.
    #[allow(clippy::missing_errors_doc, reason = "the error is the function's own")]
    fn __resilient_own_outcome(self) -> Result<T, E>
    where
        R: NoRefusal,
    {
        self.__resilient_outcome(NoRefusal::never)
    }

    /// What puts the value of a success in place of the outcome.
    fn __resilient_instead_of_outcome(self) -> fn(T) -> Result<T, E> {
        Ok
    }
}

impl<T, E, R> LeavingDeclined<T, E, R> for Leaving<Failure<Declined<T, E>, R>> {
    fn declined(self) -> Failure<Declined<T, E>, R> {
        self.0
    }
}
