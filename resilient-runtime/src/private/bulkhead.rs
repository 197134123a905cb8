//! The step of `#[bulkhead]` in a pipeline.

use crate::bulkhead::bulkhead::Bulkhead;
use crate::bulkhead::guard::SlotGuard;
use crate::core::error::{Failure, Refusal};

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
