//! A breaker around one call, with closures that say which outcomes are failures.

use std::convert::Infallible;
use std::marker::PhantomData;

use crate::circuit_breaker::breaker::CircuitBreaker;
use crate::circuit_breaker::failures::{Failures, by_error, by_result, every_error};
use crate::circuit_breaker::guard::BreakerGuard;
use crate::circuit_breaker::machine::Outcome;
use crate::core::error::{Failure, Refusal};
use crate::core::error_filter::EveryError;
use crate::core::lift::{Lift, lift_call};
use crate::core::plain_error::expect_plain;
use crate::core::whole::{Parted, Whole, parted, whole};

impl CircuitBreaker {
    /// For one call, says which errors are failures; others count neither way.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// # use resilient_runtime as resilient;
    /// use resilient::{BreakerPolicy, CircuitBreaker, CircuitState};
    /// use std::io::{Error, ErrorKind};
    ///
    /// let breaker = CircuitBreaker::new("files", BreakerPolicy::new().failure_threshold(1));
    /// let is_failure = |error: &Error| error.kind() != ErrorKind::NotFound;
    ///
    /// let missing = async { Err::<(), _>(Error::from(ErrorKind::NotFound)) };
    /// assert!(breaker.failure_if(is_failure).run(missing).await.is_err());
    /// assert_eq!(breaker.state(), CircuitState::Closed);
    /// # });
    /// ```
    pub const fn failure_if<T, E, F: Fn(&E) -> bool>(&self, is_failure: F) -> BreakerCall<'_, T, E, ByError<F>> {
        self.counting(ByError(is_failure))
    }

    /// For one call, says which values are failures beside every error.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{BreakerPolicy, CircuitBreaker, CircuitState};
    ///
    /// let breaker = CircuitBreaker::new("api", BreakerPolicy::new().failure_threshold(1));
    /// let status = breaker.failure_if_ok(|status: &u16| *status >= 500).call(|| Ok::<_, std::io::Error>(503));
    /// assert_eq!((status.unwrap(), breaker.state()), (503, CircuitState::Open));
    /// ```
    pub const fn failure_if_ok<T, E, F: Fn(&T) -> bool>(
        &self,
        is_failure: F,
    ) -> BreakerCall<'_, T, E, ByValue<EveryError, F>> {
        self.counting(ByValue { errors: EveryError, values: is_failure })
    }

    /// For one call, says which results are failures; another error counts neither way.
    pub const fn failure_if_result<T, E, F: Fn(&Result<T, E>) -> bool>(
        &self,
        is_failure: F,
    ) -> BreakerCall<'_, T, E, ByResult<F>> {
        self.counting(ByResult(is_failure))
    }

    const fn counting<T, E, C>(&self, counts: C) -> BreakerCall<'_, T, E, C> {
        BreakerCall { breaker: self, counts, of: PhantomData }
    }
}

/// A breaker around one call, and which outcomes are failures. From [`CircuitBreaker::failure_if`] and its like.
#[derive(Debug)]
#[must_use = "it does nothing until `call`, `run`, `try_call` or `try_run`"]
pub struct BreakerCall<'b, T, E, C> {
    breaker: &'b CircuitBreaker,
    counts: C,
    of: PhantomData<fn() -> Result<T, E>>,
}

/// How the results of a call count.
pub trait Counts<T, E> {
    /// How this one counts.
    fn outcome(&self, result: &Result<T, E>) -> Outcome;
}

/// Of the errors, those that a closure finds are failures.
#[derive(Debug)]
pub struct ByError<F>(F);

/// What a closure finds in a value is a failure, too.
#[derive(Debug)]
pub struct ByValue<C, F> {
    errors: C,
    values: F,
}

/// What a closure finds in a result is a failure.
#[derive(Debug)]
pub struct ByResult<F>(F);

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
struct Counted<C>(C);

impl<T, E, C: Counts<T, E>> Failures<Result<T, E>, Infallible> for Counted<C> {
    fn judge(&self, result: Result<&Result<T, E>, &Infallible>) -> Outcome {
        match result {
            Ok(result) => self.0.outcome(result),
            Err(never) => match *never {},
        }
    }
}

impl<'b, T, E, F> BreakerCall<'b, T, E, ByError<F>> {
    /// Says which values are failures, too.
    pub fn failure_if_ok<V: Fn(&T) -> bool>(self, is_failure: V) -> BreakerCall<'b, T, E, ByValue<ByError<F>, V>> {
        self.breaker.counting(ByValue { errors: self.counts, values: is_failure })
    }
}

impl<'b, T, E, C: Counts<T, E>> BreakerCall<'b, T, E, C> {
    /// As [`CircuitBreaker::call`].
    ///
    /// # Errors
    ///
    /// As [`CircuitBreaker::call`].
    ///
    /// # Panics
    ///
    /// As [`CircuitBreaker::call`].
    #[track_caller]
    pub fn call(self, operation: impl FnOnce() -> Result<T, E>) -> Result<T, Failure<E>> {
        expect_plain::<E>("CircuitBreaker::call", "try_call");
        self.guard_blocking(|| lift_call(operation))
    }

    /// As [`CircuitBreaker::try_call`]. How a refusal counts is in no closure's hands.
    ///
    /// # Errors
    ///
    /// As [`CircuitBreaker::try_call`].
    pub fn try_call(self, operation: impl FnOnce() -> Result<T, Failure<E>>) -> Result<T, Failure<E>> {
        self.guard_blocking(operation)
    }

    /// As [`CircuitBreaker::run`].
    ///
    /// # Errors
    ///
    /// As [`CircuitBreaker::run`].
    ///
    /// # Panics
    ///
    /// As [`CircuitBreaker::run`].
    #[track_caller]
    pub fn run(self, operation: impl Future<Output = Result<T, E>>) -> impl Future<Output = Result<T, Failure<E>>> {
        expect_plain::<E>("CircuitBreaker::run", "try_run");
        self.guard(Lift::new(operation))
    }

    /// As [`CircuitBreaker::try_run`]. How a refusal counts is in no closure's hands.
    ///
    /// # Errors
    ///
    /// As [`CircuitBreaker::try_run`].
    pub fn try_run(
        self,
        operation: impl Future<Output = Result<T, Failure<E>>>,
    ) -> impl Future<Output = Result<T, Failure<E>>> {
        self.guard(operation)
    }

    fn guard<F, R: Refusal>(self, body: F) -> Parted<BreakerGuard<'b, Whole<F>, Counted<C>>>
    where
        F: Future<Output = Result<T, Failure<E, R>>>,
    {
        Parted::new(BreakerGuard::new(self.breaker, Whole::new(body), Counted(self.counts)))
    }

    fn guard_blocking<R: Refusal>(self, body: impl FnOnce() -> Result<T, Failure<E, R>>) -> Result<T, Failure<E>> {
        let counted = Counted(self.counts);
        parted(self.breaker.guard_by_hand(|| whole(body()), |result| counted.judge(result)))
    }
}
