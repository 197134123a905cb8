//! A bulkhead around one call, with closures that say which outcomes are signs of overload.

use std::marker::PhantomData;

use crate::bulkhead::adaptive::guard::{judged, judged_blocking};
use crate::bulkhead::bulkhead::Bulkhead;
use crate::bulkhead::guard::SlotGuard;
use crate::core::error::{Failure, Refusal};
use crate::core::lift::{Lift, lift_call};
use crate::core::plain_error::expect_plain;
use crate::core::whole::{Parted, Whole, parted, whole};
use crate::outcomes::failures::{Failures as _, by_error};
use crate::outcomes::for_call::{ByError, ByResult, ByValue, Counts, Judged};
use crate::outcomes::gate::Gate as _;
use crate::outcomes::outcome::Outcome;

impl Bulkhead {
    /// For one call, says which errors are signs of overload, by which a limit that
    /// [adapts itself](crate::BulkheadPolicy::adaptive) shrinks. Without it only `TimedOut` is one. It does nothing where
    /// the limit is fixed.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{AdaptiveLimit, Bulkhead, BulkheadPolicy};
    /// use std::io::{Error, ErrorKind};
    ///
    /// let limit = AdaptiveLimit::new(200).initial(20);
    /// let bulkhead = Bulkhead::new("search", BulkheadPolicy::new(1).adaptive(limit));
    /// let is_overload = |error: &Error| error.kind() == ErrorKind::QuotaExceeded;
    /// let refused = bulkhead
    ///     .overload_if(is_overload)
    ///     .call(|| Err::<(), _>(Error::from(ErrorKind::QuotaExceeded)));
    /// assert!(refused.is_err());
    /// assert_eq!(bulkhead.limit(), 18);
    /// ```
    pub const fn overload_if<T, E, F: Fn(&E) -> bool>(&self, is_overload: F) -> SlotCall<'_, T, E, ByError<F>> {
        SlotCall::new(self, ByError(is_overload))
    }

    /// For one call, says which values are signs of overload, such as a response with status 503; errors are none.
    pub const fn overload_if_ok<T, E, F: Fn(&T) -> bool>(
        &self,
        is_overload: F,
    ) -> SlotCall<'_, T, E, ByValue<NoError, F>> {
        SlotCall::new(self, ByValue { errors: NoError, values: is_overload })
    }

    /// For one call, says which results are signs of overload.
    pub const fn overload_if_result<T, E, F: Fn(&Result<T, E>) -> bool>(
        &self,
        is_overload: F,
    ) -> SlotCall<'_, T, E, ByResult<F>> {
        SlotCall::new(self, ByResult(is_overload))
    }
}

/// No error is a sign of overload.
#[derive(Debug)]
pub struct NoError;

impl<T, E> Counts<T, E> for NoError {
    fn outcome(&self, result: &Result<T, E>) -> Outcome {
        by_error(result.as_ref(), |_| false)
    }
}

/// A [`Bulkhead`] around one call, and which outcomes are signs of overload. From [`Bulkhead::overload_if`] and its like.
#[derive(Debug)]
#[must_use = "it does nothing until `call`, `run`, `try_call` or `try_run`"]
pub struct SlotCall<'b, T, E, C> {
    bulkhead: &'b Bulkhead,
    counts: C,
    of: PhantomData<fn() -> Result<T, E>>,
}

impl<'b, T, E, C> SlotCall<'b, T, E, C> {
    const fn new(bulkhead: &'b Bulkhead, counts: C) -> Self {
        Self { bulkhead, counts, of: PhantomData }
    }
}

impl<'b, T, E, F> SlotCall<'b, T, E, ByError<F>> {
    /// Says which values are signs of overload, too.
    pub fn overload_if_ok<V: Fn(&T) -> bool>(self, is_overload: V) -> SlotCall<'b, T, E, ByValue<ByError<F>, V>> {
        SlotCall::new(self.bulkhead, ByValue { errors: self.counts, values: is_overload })
    }
}

impl<T, E, C: Counts<T, E>> SlotCall<'_, T, E, C> {
    /// As [`Bulkhead::call`].
    ///
    /// # Errors
    ///
    /// As [`Bulkhead::call`].
    ///
    /// # Panics
    ///
    /// As [`Bulkhead::call`].
    #[track_caller]
    pub fn call(self, operation: impl FnOnce() -> Result<T, E>) -> Result<T, Failure<E>> {
        expect_plain::<E>(Bulkhead::CALL, "try_call");
        self.guard_blocking(|| lift_call(operation))
    }

    /// As [`Bulkhead::try_call`]. How a refusal counts is in no closure's hands.
    ///
    /// # Errors
    ///
    /// As [`Bulkhead::try_call`].
    pub fn try_call(self, operation: impl FnOnce() -> Result<T, Failure<E>>) -> Result<T, Failure<E>> {
        self.guard_blocking(operation)
    }

    fn guard_blocking<R: Refusal>(self, body: impl FnOnce() -> Result<T, Failure<E, R>>) -> Result<T, Failure<E>> {
        let counts = Judged(self.counts);
        parted(judged_blocking(self.bulkhead, || whole(body()), |result| counts.judge(result)))
    }

    /// As [`Bulkhead::run`].
    ///
    /// # Errors
    ///
    /// As [`Bulkhead::run`].
    ///
    /// # Panics
    ///
    /// As [`Bulkhead::run`].
    #[track_caller]
    pub fn run(self, operation: impl Future<Output = Result<T, E>>) -> impl Future<Output = Result<T, Failure<E>>> {
        expect_plain::<E>(Bulkhead::RUN, "try_run");
        self.guard(Lift::new(operation))
    }

    /// As [`Bulkhead::try_run`]. How a refusal counts is in no closure's hands.
    ///
    /// # Errors
    ///
    /// As [`Bulkhead::try_run`].
    pub fn try_run(
        self,
        operation: impl Future<Output = Result<T, Failure<E>>>,
    ) -> impl Future<Output = Result<T, Failure<E>>> {
        self.guard(operation)
    }

    fn guard<R: Refusal>(
        self,
        body: impl Future<Output = Result<T, Failure<E, R>>>,
    ) -> impl Future<Output = Result<T, Failure<E>>> {
        let body = judged(self.bulkhead, Whole::new(body), Judged(self.counts));
        SlotGuard::new(self.bulkhead, Parted::new(body))
    }
}
