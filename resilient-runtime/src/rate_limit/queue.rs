//! Who may begin, and who waits: the machine of the permits, and those who wait in the order of arrival.
//!
//! Who waits holds a place and no permit. Only the first looks at the time; when it has begun or given up, the next one is
//! woken and looks.

use std::collections::BTreeMap;
use std::task::Waker;

use crate::rate_limit::machine::Machine;

/// The state of a rate limit, which is behind its lock. Moments and spans are in nanoseconds.
#[derive(Debug)]
pub(super) struct Queue {
    pub(super) machine: Machine,
    /// Those who wait, by their places.
    waiters: BTreeMap<u64, Waiter>,
    /// The permits that they will take together.
    queued: u64,
    next_place: u64,
}

#[derive(Debug)]
struct Waiter {
    cost: u64,
    waker: Option<Waker>,
}

/// What follows for somebody who waits.
#[derive(Debug)]
pub(super) enum Turn {
    /// It begins now, and has left the queue. The next one in the queue is to be woken.
    Begins(Option<Waker>),
    /// It is the first, and may begin at this moment.
    At(u64),
    /// Others are ahead of it.
    Behind,
}

/// The wakers that are left when a place is given up. To be woken and dropped without the lock.
#[derive(Debug)]
pub(super) struct Left {
    /// That of the place.
    pub(super) own: Option<Waker>,
    /// That of whoever is the first because of it.
    pub(super) next: Option<Waker>,
}

impl Queue {
    pub(super) const fn new(machine: Machine) -> Self {
        Self { machine, waiters: BTreeMap::new(), queued: 0, next_place: 0 }
    }

    /// Takes permits if they are free now and nobody waits.
    ///
    /// # Errors
    ///
    /// How long a call would have to wait behind all that wait now.
    pub(super) fn try_take(&mut self, now: u64, cost: u64) -> Result<(), u64> {
        let wait = self.wait(now, cost);
        if wait > 0 || !self.waiters.is_empty() {
            return Err(wait);
        }
        self.machine.take(now, cost);
        Ok(())
    }

    /// How long a call would have to wait behind all that wait now.
    pub(super) fn wait(&self, now: u64, cost: u64) -> u64 {
        self.machine.begins_at(now, self.queued, cost).saturating_sub(now)
    }

    /// Takes the last place.
    pub(super) fn join(&mut self, cost: u64) -> u64 {
        let place = self.next_place;
        self.next_place += 1;
        self.queued += cost;
        self.waiters.insert(place, Waiter { cost, waker: None });
        place
    }

    pub(super) fn waiting(&self) -> usize {
        self.waiters.len()
    }

    /// Asks whether the turn of a place has come. If not, `waker` is exchanged for the one that was there.
    pub(super) fn turn(&mut self, now: u64, place: u64, waker: &mut Option<Waker>) -> Turn {
        let is_first = self.waiters.first_key_value().is_some_and(|(&first, _)| first == place);
        let Some(waiter) = self.waiters.get_mut(&place) else { return Turn::Behind };
        let at = if is_first { self.machine.begins_at(now, 0, waiter.cost) } else { u64::MAX };
        if at > now {
            std::mem::swap(&mut waiter.waker, waker);
            return if is_first { Turn::At(at) } else { Turn::Behind };
        }
        self.machine.take(now, waiter.cost);
        *waker = waiter.waker.take();
        Turn::Begins(self.leave(place).next)
    }

    /// Gives up a place.
    pub(super) fn leave(&mut self, place: u64) -> Left {
        let was_first = self.waiters.first_key_value().is_some_and(|(&first, _)| first == place);
        let own = self.waiters.remove(&place).and_then(|waiter| {
            self.queued -= waiter.cost;
            waiter.waker
        });
        Left { own, next: if was_first { self.wake_first() } else { None } }
    }

    /// The waker of the first, who has to look at the time again.
    pub(super) fn wake_first(&mut self) -> Option<Waker> {
        self.waiters.first_entry().and_then(|mut first| first.get_mut().waker.take())
    }
}
