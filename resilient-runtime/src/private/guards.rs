//! The steps of a pipeline, one function each. Generated code calls them by their paths.
//!
//! They are functions and not methods of a generic type, because the compiler would have to infer the type in a path
//! like `Retrying::next` in each annotated function. For the same reason a function that takes no closure has no bounds
//! on the body: its output is checked where the future is awaited.

use std::time::Duration;

use crate::bulkhead::bulkhead::Bulkhead;
use crate::bulkhead::guard::SlotGuard;
use crate::circuit_breaker::breaker::CircuitBreaker;
use crate::circuit_breaker::guard::BreakerGuard;
use crate::core::error::{Failure, Refusal};
use crate::core::error_filter::EveryError;
use crate::registry::state_ref::StateRef;
use crate::retry::driver::Retrying;
use crate::retry::policy::{Attempt, RetryPolicy};

/// Gives an async block its type, by a `return` that never runs.
///
/// # Panics
///
/// Never called.
pub fn never<T>() -> T {
    unreachable!("nothing runs here")
}

/// The attempts of a call. `timed` if something looks at the time although the policy does not limit it.
#[inline]
pub fn retrying(policy: &RetryPolicy, timed: bool) -> Retrying<'_> {
    Retrying::new(policy, timed)
}

/// Counts an attempt that is about to be made.
#[inline]
pub fn begin(retrying: &mut Retrying<'_>) -> Attempt {
    retrying.begin()
}

/// The delay before another attempt; `None` if the outcome is the answer.
#[inline]
pub fn delay_after<T, E, R: Refusal>(
    retrying: &mut Retrying<'_>,
    outcome: &Result<T, Failure<E, R>>,
) -> Option<Duration> {
    retrying.delay_after(outcome, |_| true)
}

/// The same if only some errors are worth another attempt.
#[inline]
pub fn delay_after_if<T, E, R: Refusal>(
    retrying: &mut Retrying<'_>,
    outcome: &Result<T, Failure<E, R>>,
    is_worth_it: impl FnOnce(&E) -> bool,
) -> Option<Duration> {
    retrying.delay_after(outcome, is_worth_it)
}

/// A body that runs if the breaker admits it. Every error is a failure.
#[inline]
pub fn circuit_breaker<F>(state: &'static StateRef<CircuitBreaker>, body: F) -> BreakerGuard<'static, F, EveryError> {
    BreakerGuard::new(state.get(), body, EveryError)
}

/// The same if only some errors are failures.
#[inline]
pub fn circuit_breaker_on<F, C, T, E, R>(
    state: &'static StateRef<CircuitBreaker>,
    body: F,
    failures: C,
) -> BreakerGuard<'static, F, C>
where
    F: Future<Output = Result<T, Failure<E, R>>>,
    C: Fn(&E) -> bool,
{
    BreakerGuard::new(state.get(), body, failures)
}

/// Runs a body if the breaker admits it. Every error is a failure.
///
/// # Errors
///
/// The failure of the body, or that the breaker is open.
#[inline]
pub fn circuit_breaker_blocking<T, E, R: Refusal>(
    state: &'static StateRef<CircuitBreaker>,
    body: impl FnOnce() -> Result<T, Failure<E, R>>,
) -> Result<T, Failure<E>> {
    state.get().guard_blocking(body, |_| true)
}

/// The same if only some errors are failures.
///
/// # Errors
///
/// The failure of the body, or that the breaker is open.
#[inline]
pub fn circuit_breaker_blocking_on<T, E, R: Refusal>(
    state: &'static StateRef<CircuitBreaker>,
    body: impl FnOnce() -> Result<T, Failure<E, R>>,
    is_failure: impl FnOnce(&E) -> bool,
) -> Result<T, Failure<E>> {
    state.get().guard_blocking(body, is_failure)
}

/// A body that runs while it holds a slot.
#[inline]
pub fn bulkhead<F>(state: &'static StateRef<Bulkhead>, body: F) -> SlotGuard<'static, F> {
    SlotGuard::new(state.get(), body)
}

/// Runs a body while it holds a slot.
///
/// # Errors
///
/// The failure of the body, or that the bulkhead is full.
#[inline]
pub fn bulkhead_blocking<T, E, R: Refusal>(
    state: &'static StateRef<Bulkhead>,
    body: impl FnOnce() -> Result<T, Failure<E, R>>,
) -> Result<T, Failure<E>> {
    state.get().guard_blocking(body)
}
