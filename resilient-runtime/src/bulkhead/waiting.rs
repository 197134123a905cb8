//! Waiting for a slot: within `max_wait`, and no longer than until the deadline above.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use crate::bulkhead::bulkhead::{Bulkhead, Entered, Slot};
use crate::bulkhead::semaphore::Waiting;
use crate::core::clock::Stopwatch;
use crate::core::error::Error;
use crate::deadline::wait::Wait;
use crate::event::event::Event;
use crate::event::kinds::Kinds;
use crate::event::listeners::{is_wanted, report};
use crate::event::refusal_events::{BulkheadWaited, FullBecause};

impl Bulkhead {
    /// A slot, waited for within a pipeline.
    pub(crate) const fn wait(&self) -> SlotWait<'_> {
        SlotWait(Wait::new(InQueue::Due(self)))
    }
}

/// A call that waits for a slot in async code. As small as a slot and two words, because each call in flight has room for
/// it.
pub(crate) struct SlotWait<'a>(Wait<InQueue<'a>>);

impl<'a> Future for SlotWait<'a> {
    type Output = Result<Slot<'a>, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let bulkhead = self.0.future().bulkhead();
        let slot = ready!(self.0.poll(bulkhead.max_wait(), context))?;
        Poll::Ready(slot.ok_or_else(|| bulkhead.refused(FullBecause::WaitedTooLong)))
    }
}

/// A call in the queue of a bulkhead, which it joins at the first poll.
pub(super) enum InQueue<'a> {
    Due(&'a Bulkhead),
    /// Since when, if somebody wants to know how long it waits.
    Waiting(Waiting<'a, Bulkhead>, Stopwatch),
}

impl<'a> InQueue<'a> {
    const fn bulkhead(&self) -> &'a Bulkhead {
        match self {
            Self::Due(bulkhead) => bulkhead,
            Self::Waiting(waiting, _) => waiting.owner(),
        }
    }
}

impl Drop for InQueue<'_> {
    fn drop(&mut self) {
        if let Self::Waiting(waiting, _) = self {
            waiting.leave();
            waiting.owner().take_all_slots_if_closed();
        }
    }
}

impl<'a> Future for InQueue<'a> {
    type Output = Result<Slot<'a>, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut *self {
            Self::Due(bulkhead) => match bulkhead.enter(context.waker())? {
                Entered::Slot(slot) => Poll::Ready(Ok(slot)),
                Entered::Queue(waiting) => {
                    let since = if is_wanted(Kinds::WAITS) { Stopwatch::start() } else { Stopwatch::default() };
                    *self = Self::Waiting(waiting, since);
                    Poll::Pending
                }
            },
            Self::Waiting(waiting, since) => {
                ready!(Pin::new(&mut *waiting).poll(context));
                if since.is_running() {
                    let (name, waited) = (waiting.owner().name(), since.elapsed());
                    report(Kinds::WAITS, || Event::BulkheadWaited(BulkheadWaited { name, waited }));
                }
                Poll::Ready(Ok(waiting.owner().slot()))
            }
        }
    }
}
