//! The step of `#[circuit_breaker]` and of `#[adaptive_throttle]` in a pipeline.

use crate::core::error::{Failure, Refusal};
use crate::core::error_filter::EveryError;
use crate::core::whole::{Parted, Whole, parted, whole};
use crate::outcomes::failures::{IfOk, IfResult, by_either, by_error, by_result, every_error};
use crate::outcomes::gate::Gate;
use crate::outcomes::guard::Guard;
use crate::outcomes::sync_guard::SyncGate;

/// A body that runs if the gate admits it. Every error is a failure.
#[inline]
pub fn admitted<G: Gate, F>(gate: &G, body: F) -> Guard<'_, G, F, EveryError> {
    Guard::new(gate, body, EveryError)
}

/// The same if only some errors are failures.
#[inline]
pub fn admitted_on<G: Gate, F, C, T, E, R>(gate: &G, body: F, failures: C) -> Guard<'_, G, F, C>
where
    F: Future<Output = Result<T, Failure<E, R>>>,
    C: Fn(&E) -> bool,
{
    Guard::new(gate, body, failures)
}

/// The same if some values are failures as well.
#[inline]
pub fn admitted_if_ok<G: Gate, F, C, P, T, E, R>(gate: &G, body: F, errors: C, values: P) -> Guard<'_, G, F, IfOk<C, P>>
where
    F: Future<Output = Result<T, Failure<E, R>>>,
    C: Fn(&E) -> bool,
    P: Fn(&T) -> bool,
{
    Guard::new(gate, body, IfOk { errors, values })
}

/// The same if one filter looks at values and errors alike.
#[inline]
pub fn admitted_if_result<G: Gate, F, P, T, E, R>(
    gate: &G,
    body: F,
    results: P,
) -> Parted<Guard<'_, G, Whole<F>, IfResult<P>>>
where
    F: Future<Output = Result<T, Failure<E, R>>>,
    P: Fn(&Result<T, E>) -> bool,
{
    Parted::new(Guard::new(gate, Whole::new(body), IfResult(results)))
}

/// Runs a body if the gate admits it. Every error is a failure.
///
/// # Errors
///
/// The failure of the body, or the refusal.
#[inline]
pub fn admitted_blocking<T, E, R: Refusal>(
    gate: impl SyncGate,
    body: impl FnOnce() -> Result<T, Failure<E, R>>,
) -> Result<T, Failure<E>> {
    gate.guard(body, every_error)
}

/// The same if only some errors are failures.
///
/// # Errors
///
/// The failure of the body, or the refusal.
#[inline]
pub fn admitted_blocking_on<T, E, R: Refusal>(
    gate: impl SyncGate,
    body: impl FnOnce() -> Result<T, Failure<E, R>>,
    is_failure: impl FnOnce(&E) -> bool,
) -> Result<T, Failure<E>> {
    gate.guard(body, |result| by_error(result, is_failure))
}

/// The same if some values are failures as well.
///
/// # Errors
///
/// The failure of the body, or the refusal.
#[inline]
pub fn admitted_blocking_if_ok<T, E, R: Refusal>(
    gate: impl SyncGate,
    body: impl FnOnce() -> Result<T, Failure<E, R>>,
    errors: impl FnOnce(&E) -> bool,
    values: impl FnOnce(&T) -> bool,
) -> Result<T, Failure<E>> {
    gate.guard(body, |result| by_either(result, errors, values))
}

/// The same if one filter looks at values and errors alike.
///
/// # Errors
///
/// The failure of the body, or the refusal.
#[inline]
pub fn admitted_blocking_if_result<T, E, R: Refusal>(
    gate: impl SyncGate,
    body: impl FnOnce() -> Result<T, Failure<E, R>>,
    results: impl FnOnce(&Result<T, E>) -> bool,
) -> Result<T, Failure<E>> {
    parted(gate.guard(|| whole(body()), |result| by_result(result, results)))
}
