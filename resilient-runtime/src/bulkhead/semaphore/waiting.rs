//! A call that waits for a slot.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use crate::bulkhead::semaphore::semaphore::Semaphore;
use crate::core::linked_queue::Key;
use crate::core::sync::{Mutex, MutexGuard, PoisonError};

/// What a call that waits shares with the queue.
#[derive(Debug)]
pub(super) struct Waiter(Mutex<WaitState>);

#[derive(Debug)]
enum WaitState {
    /// Queued. The waker is that of the last poll.
    Waiting(Option<Waker>),
    /// The slot was handed over, and the waiter has not been polled since.
    Granted,
    /// The waiter has the slot.
    Taken,
}

impl Waiter {
    pub(super) fn new() -> Self {
        Self(Mutex::new(WaitState::Waiting(None)))
    }

    fn state(&self) -> MutexGuard<'_, WaitState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it waits, and a hand-over would wake this waker.
    fn will_wake(&self, waker: &Waker) -> bool {
        matches!(&*self.state(), WaitState::Waiting(Some(known)) if known.will_wake(waker))
    }

    /// Hands a slot over, under the lock of the queue that the waiter has just left. The waker is to be woken without
    /// that lock.
    pub(super) fn grant(&self) -> Option<Waker> {
        match std::mem::replace(&mut *self.state(), WaitState::Granted) {
            WaitState::Waiting(waker) => waker,
            WaitState::Granted | WaitState::Taken => None,
        }
    }
}

/// A place in the queue: a future that is ready when the call has a slot, and then counts it. Dropped before that, it leaves the queue; a
/// slot that was handed to it meanwhile goes to the next.
pub(crate) struct Waiting<'a> {
    semaphore: &'a Semaphore,
    waiter: Arc<Waiter>,
    /// Where it is in the queue, for as long as it waits.
    place: Key,
}

impl<'a> Waiting<'a> {
    pub(super) const fn new(semaphore: &'a Semaphore, waiter: Arc<Waiter>, place: Key) -> Self {
        Self { semaphore, waiter, place }
    }
}

impl Future for Waiting<'_> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.waiter.will_wake(context.waker()) {
            return Poll::Pending;
        }
        // Wakers are cloned and dropped outside of the lock, because their code is the user's, and may even free the
        // slot.
        let mut waker = Some(context.waker().clone());
        let mut state = self.waiter.state();
        let granted = match &mut *state {
            WaitState::Waiting(known) => {
                std::mem::swap(known, &mut waker);
                false
            }
            WaitState::Granted | WaitState::Taken => {
                *state = WaitState::Taken;
                true
            }
        };
        drop(state);
        drop(waker);
        if !granted {
            return Poll::Pending;
        }
        self.semaphore.count_handed_over();
        Poll::Ready(())
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if matches!(*self.waiter.state(), WaitState::Taken) {
            return;
        }
        if !self.semaphore.leave(self.place) {
            // It has left the queue, so the slot was handed over.
            self.semaphore.release();
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
