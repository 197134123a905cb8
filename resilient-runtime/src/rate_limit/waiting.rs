//! A place in the queue of a rate limit, as a future.

use std::pin::Pin;
use std::task::{Context, Poll};

use crate::core::clock;
use crate::rate_limit::limiter::RateLimiter;
use crate::rate_limit::queue::Turn;
use crate::timer::sleep::{Sleep, SleepFuture as _};

/// A future that is ready when the call begins: its permits are then taken. Dropped before that, it gives up its place.
pub(super) struct Waiting<'a> {
    limiter: &'a RateLimiter,
    /// `None` after the call has begun.
    place: Option<u64>,
    /// Until the turn of the first place. Boxed, because only the first has one.
    turn: Option<Pin<Box<Sleep>>>,
}

impl<'a> Waiting<'a> {
    pub(super) const fn new(limiter: &'a RateLimiter, place: u64) -> Self {
        Self { limiter, place: Some(place), turn: None }
    }
}

impl Future for Waiting<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let Some(place) = self.place else { return Poll::Ready(()) };
        // Cloned, exchanged and dropped outside of the lock, because a waker's code is the user's.
        let mut waker = Some(context.waker().clone());
        loop {
            let turn = self.limiter.queue().turn(clock::nanos(), place, &mut waker);
            match turn {
                Turn::Begins(next) => {
                    self.place = None;
                    self.turn = None;
                    self.limiter.begun();
                    if let Some(next) = next {
                        next.wake();
                    }
                    return Poll::Ready(());
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

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let Some(place) = self.place else { return };
        let left = self.limiter.queue().leave(place);
        drop(left.own);
        if let Some(next) = left.next {
            next.wake();
        }
    }
}
