//! A place in the queue of a rate limit, as a future.

use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use crate::core::clock;
use crate::core::error::Error;
use crate::core::wait_queue::Place;
use crate::deadline::wait::Wait;
use crate::rate_limit::limiter::RateLimiter;
use crate::rate_limit::queue::Turn;
use crate::timer::sleep::{Sleep, SleepFuture as _};

impl RateLimiter {
    /// Permits, waited for in the queue by a call that does not begin at once.
    pub(crate) fn wait(&self, permits: u32) -> PermitWait<'_> {
        PermitWait(Wait::new(InQueue::due(self, permits, self.longest_wait())))
    }
}

/// A call that waits for permits in async code.
pub(crate) struct PermitWait<'a>(Wait<InQueue<'a>>);

impl Future for PermitWait<'_> {
    type Output = Result<(), Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let InQueue { permits, longest, .. } = *self.0.future();
        let begun = ready!(self.0.poll(longest, context))?;
        Poll::Ready(begun.ok_or_else(|| {
            // Its own permits are no reason to wait for them.
            self.0.future().leave();
            self.0.future().limiter.refused_now(permits)
        }))
    }
}

/// A call in the queue, which it joins at the first poll. It is ready when the call begins: its permits are then taken.
/// Dropped before that, it gives up its place.
pub(super) struct InQueue<'a> {
    limiter: &'a RateLimiter,
    permits: u32,
    longest: Duration,
    is_due: bool,
    /// `None` before the call has joined, and after it has begun.
    place: Option<Place>,
    /// Until the turn of the first place. Boxed, because only the first has one.
    turn: Option<Pin<Box<Sleep>>>,
}

impl<'a> InQueue<'a> {
    /// A call that is ready to wait for so long.
    pub(super) const fn due(limiter: &'a RateLimiter, permits: u32, longest: Duration) -> Self {
        Self { limiter, permits, longest, is_due: true, place: None, turn: None }
    }

    /// Gives up the place.
    fn leave(&mut self) {
        let Some(place) = self.place.take() else { return };
        let left = self.limiter.queue().leave(place);
        left.wake_next();
    }

    /// Begins if the turn has come; if not, `waker` is exchanged for the one that was there.
    fn turn(&mut self, waker: &mut Option<Waker>) -> Turn {
        self.limiter.queue().turn(clock::nanos(), &mut self.place, waker)
    }
}

impl Future for InQueue<'_> {
    type Output = Result<(), Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if std::mem::take(&mut self.is_due) {
            self.place = Some(self.limiter.enter(self.permits, self.longest)?);
        }
        // Cloned, exchanged and dropped outside of the lock, because a waker's code is the user's.
        let mut waker = Some(context.waker().clone());
        loop {
            match self.turn(&mut waker) {
                Turn::Begins(left) => {
                    self.turn = None;
                    self.limiter.begun();
                    left.wake_next();
                    return Poll::Ready(Ok(()));
                }
                Turn::Behind => return Poll::Pending,
                Turn::At(at) => {
                    let mut sleep = Box::pin(Sleep::at(at));
                    if sleep.as_mut().poll(context).is_pending() {
                        self.turn = Some(sleep);
                        return Poll::Pending;
                    }
                    waker = Some(context.waker().clone());
                }
            }
        }
    }
}

impl Drop for InQueue<'_> {
    fn drop(&mut self) {
        self.leave();
    }
}
