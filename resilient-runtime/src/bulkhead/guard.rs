//! Waiting for a slot, and running a body in it.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use pin_project_lite::pin_project;

use crate::bulkhead::bulkhead::{Bulkhead, Slot};
use crate::bulkhead::waiting::{InQueue, SlotWait};
use crate::core::error::{Error, Failure, Refusal};
use crate::deadline::wait::wait_blocking;
use crate::event::refusal_events::FullBecause;

impl Bulkhead {
    /// A slot, waited for as long as the policy's `max_wait`. Dropped while it waits, it leaves the queue. A call that
    /// has to wait allocates a timer, unless it waits without a limit.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// # use resilient_runtime as resilient;
    /// use resilient::{Bulkhead, BulkheadPolicy};
    /// use std::time::Duration;
    ///
    /// let policy = BulkheadPolicy::new(1).max_wait(Duration::from_secs(5));
    /// let bulkhead = Bulkhead::new("db", policy);
    /// let slot = bulkhead.acquire().await.unwrap();
    /// assert_eq!(bulkhead.in_flight(), 1);
    /// # drop(slot);
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::BulkheadFull`] if none became free in time, or the queue is full.
    pub async fn acquire(&self) -> Result<Slot<'_>, Error> {
        let mut request = SlotRequest::Due(self);
        match request.slot() {
            Some(slot) => Ok(slot),
            None => poll_fn(|context| request.wait(context)).await,
        }
    }

    /// A slot, waited for by holding up the thread, in one queue with those who await one.
    ///
    /// # Errors
    ///
    /// [`Error::BulkheadFull`] if none became free within `max_wait`, or the queue is full; [`Error::TimedOut`] if the
    /// [`deadline`](crate::deadline()) above was over before that.
    pub fn acquire_blocking(&self, max_wait: Duration) -> Result<Slot<'_>, Error> {
        match self.free_slot() {
            Some(slot) => Ok(slot),
            None => self.wait_blocking(max_wait),
        }
    }

    fn wait_blocking(&self, max_wait: Duration) -> Result<Slot<'_>, Error> {
        if max_wait.is_zero() {
            return self.slot_or_refusal();
        }
        wait_blocking(max_wait, InQueue::Due(self))?.ok_or_else(|| self.refused(FullBecause::WaitedTooLong))
    }

    /// Takes a slot that the caller makes a [`Slot`](Self::slot) of. It returns none, so that the code around it need not
    /// move one about.
    #[cold]
    #[inline(never)]
    fn wait_blocking_for_slot(&self) -> Result<(), Error> {
        self.wait_blocking(self.max_wait()).map(std::mem::forget)
    }

    /// Runs a body that holds a slot, within a pipeline, by holding up the thread.
    pub(crate) fn guard_blocking<T, E, R: Refusal>(
        &self,
        body: impl FnOnce() -> Result<T, Failure<E, R>>,
    ) -> Result<T, Failure<E>> {
        let slot = match self.free_slot() {
            Some(slot) => slot,
            None => {
                self.wait_blocking_for_slot()?;
                self.slot()
            }
        };
        let outcome = body();
        slot.free();
        outcome.map_err(Failure::widen)
    }
}

pin_project! {
    /// A body that runs while it holds a slot.
    #[must_use = "futures do nothing unless awaited"]
    pub struct SlotGuard<'a, F> {
        // Declared first, so that it is dropped before the slot is released.
        #[pin]
        body: F,
        request: SlotRequest<'a>,
    }
}

impl<'a, F> SlotGuard<'a, F> {
    /// A body that holds a slot of `bulkhead`. Bounds on its output are on `Future` alone: each bound here would cost
    /// compile time in each annotated function.
    #[inline]
    pub(crate) const fn new(bulkhead: &'a Bulkhead, body: F) -> Self {
        Self { body, request: SlotRequest::Due(bulkhead) }
    }
}

/// A slot that is requested at the first poll.
enum SlotRequest<'a> {
    Due(&'a Bulkhead),
    Waiting(SlotWait<'a>),
    /// None while the body is polled, and after its end if it had to wait.
    Given(Option<Slot<'a>>),
}

impl<'a> SlotRequest<'a> {
    /// The slot, if it need not be waited for.
    #[inline]
    fn slot(&mut self) -> Option<Slot<'a>> {
        match self {
            Self::Due(bulkhead) => bulkhead.free_slot(),
            Self::Waiting(_) => None,
            Self::Given(slot) => slot.take(),
        }
    }

    #[cold]
    #[inline(never)]
    fn wait(&mut self, context: &mut Context<'_>) -> Poll<Result<Slot<'a>, Error>> {
        if let Self::Due(bulkhead) = *self {
            if bulkhead.max_wait().is_zero() {
                return Poll::Ready(bulkhead.slot_or_refusal());
            }
            *self = Self::Waiting(bulkhead.wait());
        }
        let Self::Waiting(waiting) = self else { unreachable!("polled after its end") };
        let slot = ready!(Pin::new(waiting).poll(context));
        // So that it leaves the queue now, and not when the caller drops the guard.
        *self = Self::Given(None);
        Poll::Ready(slot)
    }
}

impl<F, T, E, R> Future for SlotGuard<'_, F>
where
    F: Future<Output = Result<T, Failure<E, R>>>,
    R: Refusal,
{
    type Output = Result<T, Failure<E>>;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let slot = match this.request.slot() {
            Some(slot) => slot,
            None => ready!(this.request.wait(context))?,
        };
        match this.body.poll(context) {
            Poll::Ready(outcome) => {
                slot.free();
                Poll::Ready(outcome.map_err(Failure::widen))
            }
            Poll::Pending => {
                *this.request = SlotRequest::Given(Some(slot));
                Poll::Pending
            }
        }
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests {
    use super::*;

    // A clock reading has 64 bits on every machine.
    #[cfg(target_pointer_width = "64")]
    #[test]
    fn a_call_in_flight_has_room_for_its_wait_and_since_when_it_waits_beside_its_slot() {
        let size = size_of::<SlotRequest<'_>>();
        assert!(size <= size_of::<Slot<'_>>() + 2 * size_of::<usize>(), "{size} bytes");
    }
}
