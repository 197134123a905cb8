//! Waiting for a slot, and running a body in it.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use pin_project_lite::pin_project;

use crate::bulkhead::bulkhead::{Bulkhead, Entered, Slot};
use crate::bulkhead::semaphore::Waiting;
use crate::bulkhead::shutdown::AfterWait;
use crate::core::block_on::block_until;
use crate::core::error::{Error, Failure, Refusal};
use crate::deadline::current::{self as deadline, SyncLimit};
use crate::deadline::dropped::InAWait;
use crate::deadline::open_calls::{self, ended};
use crate::timer::sleep::within;

impl Bulkhead {
    /// A slot, waited for as long as the policy's `max_wait`. Dropped while it waits, it leaves the queue. A call that
    /// has to wait allocates once.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// # use resilient_runtime as resilient;
    /// use resilient::{Bulkhead, BulkheadPolicy};
    /// use std::time::Duration;
    ///
    /// let bulkhead = Bulkhead::new("db", BulkheadPolicy::new(1).max_wait(Duration::from_secs(5)));
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

    /// A slot, waited for within a pipeline.
    pub(crate) async fn wait(&self) -> Result<Slot<'_>, Error> {
        let _waits = InAWait;
        let slot = self.wait_in_queue().await?;
        // A slot that comes with the deadline above is no use any more, and not every deadline drops this future.
        deadline::too_late().map_or(Ok(slot), ended)
    }

    async fn wait_in_queue(&self) -> Result<Slot<'_>, Error> {
        // A timeout in an async function drops this future; nothing else does.
        let above = deadline::unenforced().map(|above| (above.deadline.remaining(), above.limit));
        if let Some((Duration::ZERO, limit)) = above {
            return ended(limit.exceeded());
        }
        match self.enter()? {
            Entered::Slot(slot) => Ok(slot),
            Entered::Queue(waiting) => {
                let _after = AfterWait(self);
                let wait = self.max_wait();
                let above = above.filter(|(left, _)| *left < wait);
                match (within(above.map_or(wait, |(left, _)| left), waiting).await, above) {
                    (Some(()), _) => Ok(self.slot()),
                    (None, Some((_, limit))) => ended(limit.exceeded()),
                    (None, None) => Err(self.refused()),
                }
            }
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
            return Err(self.refused());
        }
        if let Some(above) = deadline::too_late() {
            return ended(above);
        }
        match self.enter()? {
            Entered::Slot(slot) => Ok(slot),
            Entered::Queue(waiting) => self.wait_in_queue_blocking(waiting, max_wait),
        }
    }

    /// A wait ends with the deadline above, and a slot that comes with it is no use any more.
    fn wait_in_queue_blocking(&self, waiting: Waiting<'_>, max_wait: Duration) -> Result<Slot<'_>, Error> {
        let _after = AfterWait(self);
        let above = deadline::earliest_in_real_time();
        let longest = Instant::now().checked_add(max_wait);
        let until = above.map(|above| above.at).into_iter().chain(longest).min();
        let slot = open_calls::waiting(|| block_until(until, waiting)).map(|()| self.slot());
        match (slot, above.filter(SyncLimit::is_over)) {
            (_, Some(above)) => ended(above.limit.exceeded()),
            (Some(slot), None) => Ok(slot),
            (None, None) => Err(self.refused()),
        }
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
    /// Boxed, so that calls that need not wait carry no timer.
    Waiting(Pin<Box<dyn Future<Output = Result<Slot<'a>, Error>> + Send + 'a>>),
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
                return Poll::Ready(Err(bulkhead.refused()));
            }
            *self = Self::Waiting(Box::pin(bulkhead.wait()));
        }
        match self {
            Self::Waiting(waiting) => waiting.as_mut().poll(context),
            Self::Due(_) | Self::Given(_) => unreachable!("polled after its end"),
        }
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
