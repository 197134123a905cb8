//! A body whose end counts if the limit of its bulkhead adapts itself. It runs in a slot.

use crate::bulkhead::bulkhead::Bulkhead;
use crate::core::error::{Failure, Refusal};
use crate::core::perhaps::Perhaps;
use crate::outcomes::guard::Guard;
use crate::outcomes::outcome::Outcome;
use crate::outcomes::sync_guard::guard_by_hand;

/// A body whose end counts if the limit adapts itself.
pub(crate) type Judged<'a, F, C> = Perhaps<Guard<'a, Bulkhead, F, C>, F>;

#[inline]
pub(crate) fn judged<F, C>(bulkhead: &Bulkhead, body: F, failures: C) -> Judged<'_, F, C> {
    if bulkhead.is_adaptive() {
        Perhaps::Guarded { guard: Guard::new(bulkhead, body, failures) }
    } else {
        Perhaps::Unguarded { body }
    }
}

/// Runs a body in a slot, and counts its end if the limit adapts itself.
#[inline]
pub(crate) fn judged_blocking<T, E, R: Refusal>(
    bulkhead: &Bulkhead,
    body: impl FnOnce() -> Result<T, Failure<E, R>>,
    judge: impl FnOnce(Result<&T, &E>) -> Outcome,
) -> Result<T, Failure<E>> {
    bulkhead.guard_blocking(|| {
        if bulkhead.is_adaptive() { guard_by_hand(bulkhead, body, judge) } else { body().map_err(Failure::widen) }
    })
}
