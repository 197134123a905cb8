//! The step of `#[circuit_breaker]` in a pipeline.

use crate::circuit_breaker::breaker::CircuitBreaker;
use crate::circuit_breaker::guard::BreakerGuard;
use crate::core::error::{Failure, Refusal};
use crate::core::error_filter::EveryError;

/// A body that runs if the breaker admits it. Every error is a failure.
#[inline]
pub fn circuit_breaker<F>(breaker: &'static CircuitBreaker, body: F) -> BreakerGuard<'static, F, EveryError> {
    BreakerGuard::new(breaker, body, EveryError)
}

/// The same if only some errors are failures.
#[inline]
pub fn circuit_breaker_on<F, C, T, E, R>(
    breaker: &'static CircuitBreaker,
    body: F,
    failures: C,
) -> BreakerGuard<'static, F, C>
where
    F: Future<Output = Result<T, Failure<E, R>>>,
    C: Fn(&E) -> bool,
{
    BreakerGuard::new(breaker, body, failures)
}

/// Runs a body if the breaker admits it. Every error is a failure.
///
/// # Errors
///
/// The failure of the body, or that the breaker is open.
#[inline]
pub fn circuit_breaker_blocking<T, E, R: Refusal>(
    breaker: &'static CircuitBreaker,
    body: impl FnOnce() -> Result<T, Failure<E, R>>,
) -> Result<T, Failure<E>> {
    breaker.guard_blocking(body, |_| true)
}

/// The same if only some errors are failures.
///
/// # Errors
///
/// The failure of the body, or that the breaker is open.
#[inline]
pub fn circuit_breaker_blocking_on<T, E, R: Refusal>(
    breaker: &'static CircuitBreaker,
    body: impl FnOnce() -> Result<T, Failure<E, R>>,
    is_failure: impl FnOnce(&E) -> bool,
) -> Result<T, Failure<E>> {
    breaker.guard_blocking(body, is_failure)
}
