//! The step of `#[circuit_breaker]` in a pipeline.

use crate::circuit_breaker::breaker::CircuitBreaker;
use crate::circuit_breaker::failures::{IfOk, IfResult, by_either, by_error, by_result, every_error};
use crate::circuit_breaker::guard::{BreakerGuard, SyncBreaker};
use crate::core::error::{Failure, Refusal};
use crate::core::error_filter::EveryError;
use crate::core::whole::{Parted, Whole, parted, whole};

/// A body that runs if the breaker admits it. Every error is a failure.
#[inline]
pub fn circuit_breaker<F>(breaker: &CircuitBreaker, body: F) -> BreakerGuard<'_, F, EveryError> {
    BreakerGuard::new(breaker, body, EveryError)
}

/// The same if only some errors are failures.
#[inline]
pub fn circuit_breaker_on<F, C, T, E, R>(breaker: &CircuitBreaker, body: F, failures: C) -> BreakerGuard<'_, F, C>
where
    F: Future<Output = Result<T, Failure<E, R>>>,
    C: Fn(&E) -> bool,
{
    BreakerGuard::new(breaker, body, failures)
}

/// The same if some values are failures as well.
#[inline]
pub fn circuit_breaker_if_ok<F, C, P, T, E, R>(
    breaker: &CircuitBreaker,
    body: F,
    errors: C,
    values: P,
) -> BreakerGuard<'_, F, IfOk<C, P>>
where
    F: Future<Output = Result<T, Failure<E, R>>>,
    C: Fn(&E) -> bool,
    P: Fn(&T) -> bool,
{
    BreakerGuard::new(breaker, body, IfOk { errors, values })
}

/// The same if one filter looks at values and errors alike.
#[inline]
pub fn circuit_breaker_if_result<F, P, T, E, R>(
    breaker: &CircuitBreaker,
    body: F,
    results: P,
) -> Parted<BreakerGuard<'_, Whole<F>, IfResult<P>>>
where
    F: Future<Output = Result<T, Failure<E, R>>>,
    P: Fn(&Result<T, E>) -> bool,
{
    Parted::new(BreakerGuard::new(breaker, Whole::new(body), IfResult(results)))
}

/// Runs a body if the breaker admits it. Every error is a failure.
///
/// # Errors
///
/// The failure of the body, or that the breaker is open.
#[inline]
pub fn circuit_breaker_blocking<T, E, R: Refusal>(
    breaker: impl SyncBreaker,
    body: impl FnOnce() -> Result<T, Failure<E, R>>,
) -> Result<T, Failure<E>> {
    breaker.guard(body, every_error)
}

/// The same if only some errors are failures.
///
/// # Errors
///
/// The failure of the body, or that the breaker is open.
#[inline]
pub fn circuit_breaker_blocking_on<T, E, R: Refusal>(
    breaker: impl SyncBreaker,
    body: impl FnOnce() -> Result<T, Failure<E, R>>,
    is_failure: impl FnOnce(&E) -> bool,
) -> Result<T, Failure<E>> {
    breaker.guard(body, |result| by_error(result, is_failure))
}

/// The same if some values are failures as well.
///
/// # Errors
///
/// The failure of the body, or that the breaker is open.
#[inline]
pub fn circuit_breaker_blocking_if_ok<T, E, R: Refusal>(
    breaker: impl SyncBreaker,
    body: impl FnOnce() -> Result<T, Failure<E, R>>,
    errors: impl FnOnce(&E) -> bool,
    values: impl FnOnce(&T) -> bool,
) -> Result<T, Failure<E>> {
    breaker.guard(body, |result| by_either(result, errors, values))
}

/// The same if one filter looks at values and errors alike.
///
/// # Errors
///
/// The failure of the body, or that the breaker is open.
#[inline]
pub fn circuit_breaker_blocking_if_result<T, E, R: Refusal>(
    breaker: impl SyncBreaker,
    body: impl FnOnce() -> Result<T, Failure<E, R>>,
    results: impl FnOnce(&Result<T, E>) -> bool,
) -> Result<T, Failure<E>> {
    parted(breaker.guard(|| whole(body()), |result| by_result(result, results)))
}
