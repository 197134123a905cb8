//! The step of `#[bulkhead]` in a pipeline.

use crate::bulkhead::bulkhead::Bulkhead;
use crate::bulkhead::guard::SlotGuard;
use crate::core::error::{Failure, Refusal};
use crate::registry::state_ref::StateRef;

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
