//! A call that waits for a slot.

use std::borrow::Borrow;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use crate::bulkhead::semaphore::semaphore::Semaphore;
use crate::core::wait_queue::{Place, WaitQueue};

/// The calls that wait, each with the waker of its last poll. A call that was handed a slot has none, and keeps its place
/// until it is polled or dropped.
pub(super) type Queue = WaitQueue<Option<Waker>>;

/// A place in the queue: a future that is ready when the call has a slot, and then counts it. Dropped before that, it
/// leaves the queue; a slot that was handed to it meanwhile goes to the next.
pub(crate) struct Waiting<'a, S: Borrow<Semaphore> = Semaphore> {
    /// The semaphore, or what it is a part of.
    owner: &'a S,
    /// `None` after the call has got its slot.
    place: Option<Place>,
}

impl<'a, S: Borrow<Semaphore>> Waiting<'a, S> {
    /// `place` is one of the semaphore's queue.
    pub(crate) const fn new(owner: &'a S, place: Place) -> Self {
        Self { owner, place: Some(place) }
    }

    pub(crate) const fn owner(&self) -> &'a S {
        self.owner
    }

    /// As dropping it.
    pub(crate) fn leave(&mut self) {
        if let Some(place) = self.place.take() {
            self.owner.borrow().leave(place);
        }
    }
}

impl<S: Borrow<Semaphore>> Future for Waiting<'_, S> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let owner = self.owner;
        if owner.borrow().waits(&mut self.place, context.waker()) { Poll::Pending } else { Poll::Ready(()) }
    }
}

impl<S: Borrow<Semaphore>> Drop for Waiting<'_, S> {
    fn drop(&mut self) {
        self.leave();
    }
}

impl Semaphore {
    /// Whether a call waits; `waker` will then be woken when it has a slot. If it has one, its place is freed, and that is
    /// counted.
    fn waits(&self, place: &mut Option<Place>, waker: &Waker) -> bool {
        // Cloned and dropped outside of the lock, because a waker's code is the user's, and may even free the slot.
        let mut own: Option<Waker> = None;
        loop {
            let Some(taken) = place else { return false };
            let mut queue = self.queue();
            let Some(known) = queue.item(taken) else {
                if let Some(place) = place.take() {
                    queue.remove(place);
                }
                break;
            };
            if known.will_wake(waker) {
                return true;
            }
            if let Some(own) = &mut own {
                std::mem::swap(known, own);
                return true;
            }
            drop(queue);
            own = Some(waker.clone());
        }
        self.count_handed_over();
        false
    }

    /// Frees the place of a call that gives up. A slot that was handed to it goes to the next.
    fn leave(&self, place: Place) {
        let mut queue = self.queue();
        let waker = queue.remove(place);
        if waker.is_some() {
            self.change(0, &queue);
        }
        drop(queue);
        if waker.is_none() {
            self.release();
        }
    }
}

/// Wakers that are all woken, even if one of them panics.
pub(super) struct Wakers(std::vec::IntoIter<Waker>);

impl Wakers {
    pub(super) fn new(wakers: Vec<Waker>) -> Self {
        Self(wakers.into_iter())
    }

    pub(super) fn wake(mut self) {
        self.wake_the_rest();
    }

    fn wake_the_rest(&mut self) {
        self.0.by_ref().for_each(Waker::wake);
    }
}

impl Drop for Wakers {
    /// There is a rest if a waker has panicked.
    fn drop(&mut self) {
        self.wake_the_rest();
    }
}
