//! The step of `#[bulkhead]` in a pipeline.

use crate::bulkhead::adaptive::guard::{Judged, judged, judged_blocking};
use crate::bulkhead::bulkhead::Bulkhead;
use crate::bulkhead::guard::SlotGuard;
use crate::core::error::{Failure, Refusal};
use crate::core::whole::{Parted, Whole, parted, whole};
use crate::outcomes::failures::{IfOk, IfResult, by_either, by_error, by_result};

/// A body that runs while it holds a slot.
#[inline]
pub fn bulkhead<F>(bulkhead: &Bulkhead, body: F) -> SlotGuard<'_, F> {
    SlotGuard::new(bulkhead, body)
}

/// Runs a body while it holds a slot.
///
/// # Errors
///
/// The failure of the body, or that the bulkhead is full.
#[inline]
pub fn bulkhead_blocking<T, E, R: Refusal>(
    bulkhead: &Bulkhead,
    body: impl FnOnce() -> Result<T, Failure<E, R>>,
) -> Result<T, Failure<E>> {
    bulkhead.guard_blocking(body)
}

/// A body in a bulkhead whose limit may adapt itself, where some errors are signs of overload.
#[inline]
pub fn bulkhead_on<F, C, T, E, R>(bulkhead: &Bulkhead, body: F, errors: C) -> SlotGuard<'_, Judged<'_, F, C>>
where
    F: Future<Output = Result<T, Failure<E, R>>>,
    C: Fn(&E) -> bool,
{
    SlotGuard::new(bulkhead, judged(bulkhead, body, errors))
}

/// The same where some values are as well.
#[inline]
pub fn bulkhead_if_ok<F, C, P, T, E, R>(
    bulkhead: &Bulkhead,
    body: F,
    errors: C,
    values: P,
) -> SlotGuard<'_, Judged<'_, F, IfOk<C, P>>>
where
    F: Future<Output = Result<T, Failure<E, R>>>,
    C: Fn(&E) -> bool,
    P: Fn(&T) -> bool,
{
    SlotGuard::new(bulkhead, judged(bulkhead, body, IfOk { errors, values }))
}

/// The same if one filter looks at values and errors alike.
#[inline]
pub fn bulkhead_if_result<F, P, T, E, R>(
    bulkhead: &Bulkhead,
    body: F,
    results: P,
) -> SlotGuard<'_, Parted<Judged<'_, Whole<F>, IfResult<P>>>>
where
    F: Future<Output = Result<T, Failure<E, R>>>,
    P: Fn(&Result<T, E>) -> bool,
{
    SlotGuard::new(bulkhead, Parted::new(judged(bulkhead, Whole::new(body), IfResult(results))))
}

/// Runs a body in a bulkhead whose limit may adapt itself, where some errors are signs of overload.
///
/// # Errors
///
/// The failure of the body, or that the bulkhead is full.
#[inline]
pub fn bulkhead_blocking_on<T, E, R: Refusal>(
    bulkhead: &Bulkhead,
    body: impl FnOnce() -> Result<T, Failure<E, R>>,
    errors: impl FnOnce(&E) -> bool,
) -> Result<T, Failure<E>> {
    judged_blocking(bulkhead, body, |result| by_error(result, errors))
}

/// The same where some values are as well.
///
/// # Errors
///
/// The failure of the body, or that the bulkhead is full.
#[inline]
pub fn bulkhead_blocking_if_ok<T, E, R: Refusal>(
    bulkhead: &Bulkhead,
    body: impl FnOnce() -> Result<T, Failure<E, R>>,
    errors: impl FnOnce(&E) -> bool,
    values: impl FnOnce(&T) -> bool,
) -> Result<T, Failure<E>> {
    judged_blocking(bulkhead, body, |result| by_either(result, errors, values))
}

/// The same if one filter looks at values and errors alike.
///
/// # Errors
///
/// The failure of the body, or that the bulkhead is full.
#[inline]
pub fn bulkhead_blocking_if_result<T, E, R: Refusal>(
    bulkhead: &Bulkhead,
    body: impl FnOnce() -> Result<T, Failure<E, R>>,
    results: impl FnOnce(&Result<T, E>) -> bool,
) -> Result<T, Failure<E>> {
    parted(judged_blocking(bulkhead, || whole(body()), |result| by_result(result, results)))
}
