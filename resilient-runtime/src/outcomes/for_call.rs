//! A gate around one call, with closures that say which outcomes are failures.

use std::convert::Infallible;
use std::marker::PhantomData;

use crate::core::error::{Failure, Refusal};
use crate::core::error_filter::EveryError;
use crate::core::lift::{Lift, lift_call};
use crate::core::plain_error::expect_plain;
use crate::core::whole::{Parted, Whole, parted, whole};
use crate::outcomes::failures::{Failures, by_error, by_result, every_error};
use crate::outcomes::gate::Gate;
use crate::outcomes::guard::Guard;
use crate::outcomes::outcome::Outcome;
use crate::outcomes::sync_guard::guard_by_hand;

/// A [`CircuitBreaker`](crate::CircuitBreaker) or another such state around one call, and which outcomes are failures.
/// From its `failure_if` and the like.
#[derive(Debug)]
#[must_use = "it does nothing until `call`, `run`, `try_call` or `try_run`"]
pub struct JudgedCall<'s, S, T, E, C> {
    state: &'s S,
    counts: C,
    of: PhantomData<fn() -> Result<T, E>>,
}

impl<'s, S, T, E, C> JudgedCall<'s, S, T, E, C> {
    pub(crate) const fn new(state: &'s S, counts: C) -> Self {
        Self { state, counts, of: PhantomData }
    }
}

/// How the results of a call count.
pub trait Counts<T, E> {
    /// How this one counts.
    fn outcome(&self, result: &Result<T, E>) -> Outcome;
}

/// Of the errors, those that a closure finds are failures.
#[derive(Debug)]
pub struct ByError<F>(pub(crate) F);

/// What a closure finds in a value is a failure, too.
#[derive(Debug)]
pub struct ByValue<C, F> {
    pub(crate) errors: C,
    pub(crate) values: F,
}

/// What a closure finds in a result is a failure.
#[derive(Debug)]
pub struct ByResult<F>(pub(crate) F);

impl<T, E> Counts<T, E> for EveryError {
    fn outcome(&self, result: &Result<T, E>) -> Outcome {
        every_error(result.as_ref())
    }
}

impl<T, E, F: Fn(&E) -> bool> Counts<T, E> for ByError<F> {
    fn outcome(&self, result: &Result<T, E>) -> Outcome {
        by_error(result.as_ref(), &self.0)
    }
}

impl<T, E, C: Counts<T, E>, F: Fn(&T) -> bool> Counts<T, E> for ByValue<C, F> {
    fn outcome(&self, result: &Result<T, E>) -> Outcome {
        match result {
            Ok(value) if (self.values)(value) => Outcome::Failure,
            other => self.errors.outcome(other),
        }
    }
}

impl<T, E, F: Fn(&Result<T, E>) -> bool> Counts<T, E> for ByResult<F> {
    fn outcome(&self, result: &Result<T, E>) -> Outcome {
        by_result(Ok(result), &self.0)
    }
}

/// The same for a guard.
#[derive(Debug)]
pub(crate) struct Judged<C>(pub(crate) C);

impl<T, E, C: Counts<T, E>> Failures<Result<T, E>, Infallible> for Judged<C> {
    fn judge(&self, result: Result<&Result<T, E>, &Infallible>) -> Outcome {
        match result {
            Ok(result) => self.0.outcome(result),
            Err(never) => match *never {},
        }
    }
}

impl<'s, S, T, E, F> JudgedCall<'s, S, T, E, ByError<F>> {
    /// Says which values are failures, too.
    pub fn failure_if_ok<V: Fn(&T) -> bool>(self, is_failure: V) -> JudgedCall<'s, S, T, E, ByValue<ByError<F>, V>> {
        JudgedCall::new(self.state, ByValue { errors: self.counts, values: is_failure })
    }
}

impl<'s, S: Gate + 'static, T, E, C: Counts<T, E>> JudgedCall<'s, S, T, E, C> {
    /// As `call` of the state.
    ///
    /// # Errors
    ///
    /// As `call` of the state.
    ///
    /// # Panics
    ///
    /// As `call` of the state.
    #[track_caller]
    pub fn call(self, operation: impl FnOnce() -> Result<T, E>) -> Result<T, Failure<E>> {
        expect_plain::<E>(S::CALL, "try_call");
        self.guard_blocking(|| lift_call(operation))
    }

    /// As `try_call` of the state. How a refusal counts is in no closure's hands.
    ///
    /// # Errors
    ///
    /// As `try_call` of the state.
    pub fn try_call(self, operation: impl FnOnce() -> Result<T, Failure<E>>) -> Result<T, Failure<E>> {
        self.guard_blocking(operation)
    }

    /// As `run` of the state.
    ///
    /// # Errors
    ///
    /// As `run` of the state.
    ///
    /// # Panics
    ///
    /// As `run` of the state.
    #[track_caller]
    pub fn run(self, operation: impl Future<Output = Result<T, E>>) -> impl Future<Output = Result<T, Failure<E>>> {
        expect_plain::<E>(S::RUN, "try_run");
        self.guard(Lift::new(operation))
    }

    /// As `try_run` of the state. How a refusal counts is in no closure's hands.
    ///
    /// # Errors
    ///
    /// As `try_run` of the state.
    pub fn try_run(
        self,
        operation: impl Future<Output = Result<T, Failure<E>>>,
    ) -> impl Future<Output = Result<T, Failure<E>>> {
        self.guard(operation)
    }

    fn guard<F, R: Refusal>(self, body: F) -> Parted<Guard<'s, S, Whole<F>, Judged<C>>>
    where
        F: Future<Output = Result<T, Failure<E, R>>>,
    {
        Parted::new(Guard::new(self.state, Whole::new(body), Judged(self.counts)))
    }

    fn guard_blocking<R: Refusal>(self, body: impl FnOnce() -> Result<T, Failure<E, R>>) -> Result<T, Failure<E>> {
        let judged = Judged(self.counts);
        parted(guard_by_hand(self.state, || whole(body()), |result| judged.judge(result)))
    }
}
