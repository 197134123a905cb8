//! Which outcomes of the function count as failures.

use std::convert::Infallible;

use crate::core::error_filter::{ErrorFilter, EveryError};
use crate::outcomes::outcome::Outcome;

/// How outcomes of the function count. Refusals have a rule of their own.
pub trait Failures<T, E> {
    /// How this outcome counts.
    fn judge(&self, result: Result<&T, &E>) -> Outcome;
}

impl<T, E> Failures<T, E> for EveryError {
    #[inline]
    fn judge(&self, result: Result<&T, &E>) -> Outcome {
        every_error(result)
    }
}

impl<T, E, F: Fn(&E) -> bool> Failures<T, E> for F {
    #[inline]
    fn judge(&self, result: Result<&T, &E>) -> Outcome {
        by_error(result, self)
    }
}

/// Errors that one filter finds, and values that another finds.
#[derive(Debug)]
pub struct IfOk<C, P> {
    pub(crate) errors: C,
    pub(crate) values: P,
}

impl<T, E, C: ErrorFilter<E>, P: Fn(&T) -> bool> Failures<T, E> for IfOk<C, P> {
    fn judge(&self, result: Result<&T, &E>) -> Outcome {
        by_either(result, |error| self.errors.matches(error), &self.values)
    }
}

/// Results that a filter finds; an error that it does not find counts neither way.
#[derive(Debug)]
pub struct IfResult<P>(pub(crate) P);

impl<T, E, P: Fn(&Result<T, E>) -> bool> Failures<Result<T, E>, Infallible> for IfResult<P> {
    fn judge(&self, result: Result<&Result<T, E>, &Infallible>) -> Outcome {
        by_result(result, &self.0)
    }
}

/// Every error is a failure.
#[inline]
pub(crate) fn every_error<T, E>(result: Result<&T, &E>) -> Outcome {
    if result.is_ok() { Outcome::Success } else { Outcome::Failure }
}

/// Of the errors, those that a filter finds are failures.
#[inline]
pub(crate) fn by_error<T, E>(result: Result<&T, &E>, errors: impl FnOnce(&E) -> bool) -> Outcome {
    match result {
        Ok(_) => Outcome::Success,
        Err(error) if errors(error) => Outcome::Failure,
        Err(_) => Outcome::Ignored,
    }
}

/// The same, and values that another filter finds.
pub(crate) fn by_either<T, E>(
    result: Result<&T, &E>,
    errors: impl FnOnce(&E) -> bool,
    values: impl FnOnce(&T) -> bool,
) -> Outcome {
    match result {
        Ok(value) if values(value) => Outcome::Failure,
        _ => by_error(result, errors),
    }
}

/// Of the results, those that a filter finds are failures.
pub(crate) fn by_result<T, E>(
    result: Result<&Result<T, E>, &Infallible>,
    results: impl FnOnce(&Result<T, E>) -> bool,
) -> Outcome {
    let result = match result {
        Ok(result) => result,
        Err(never) => match *never {},
    };
    match result {
        _ if results(result) => Outcome::Failure,
        Ok(_) => Outcome::Success,
        Err(_) => Outcome::Ignored,
    }
}
