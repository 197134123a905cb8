//! A body whose end counts if the limit of its bulkhead adapts itself. It runs in a slot.

use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::bulkhead::bulkhead::Bulkhead;
use crate::core::error::{Failure, Refusal};
use crate::outcomes::failures::Failures;
use crate::outcomes::guard::Guard;
use crate::outcomes::outcome::Outcome;
use crate::outcomes::sync_guard::guard_by_hand;

pin_project! {
    /// A body whose end counts if the limit adapts itself. That is decided at each poll, by a word beside those that a
    /// call reads anyway: decided when this is made, it would be one of two futures, which takes more to keep apart.
    #[must_use = "futures do nothing unless awaited"]
    pub struct Judged<'a, F, C> {
        bulkhead: &'a Bulkhead,
        #[pin]
        guard: Guard<'a, Bulkhead, F, C>,
    }
}

#[inline]
pub(crate) const fn judged<F, C>(bulkhead: &Bulkhead, body: F, failures: C) -> Judged<'_, F, C> {
    Judged { bulkhead, guard: Guard::new(bulkhead, body, failures) }
}

impl<F, C, T, E, R> Future for Judged<'_, F, C>
where
    F: Future<Output = Result<T, Failure<E, R>>>,
    C: Failures<T, E>,
    R: Refusal,
{
    type Output = Result<T, Failure<E>>;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        if this.bulkhead.is_adaptive() {
            this.guard.poll(context)
        } else {
            this.guard.unguarded().poll(context).map_err(Failure::widen)
        }
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
