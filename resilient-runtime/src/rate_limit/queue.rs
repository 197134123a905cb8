//! Who may begin, and who waits: the machine of the permits, and those who wait in the order of arrival.
//!
//! Who waits holds a place and no permit. Only the first looks at the time; when it has begun or given up, the next one is
//! woken and looks.

use std::task::Waker;

use crate::core::wait_queue::{Place, WaitQueue};
use crate::rate_limit::machine::Machine;
use crate::rate_limit::permit_word::{PermitWord, Seen};
#[cfg(feature = "config")]
use crate::rate_limit::policy::RateLimitPolicy;

/// The state of a rate limit, which is behind its lock. Moments and spans are in nanoseconds.
#[derive(Debug)]
pub(super) struct Queue {
    pub(super) machine: Machine,
    /// Those who wait.
    waiters: WaitQueue<Waiter>,
    /// The permits that they will take together.
    queued: u64,
    /// That no call begins before some moment, if that was found out last; closed otherwise.
    reached: PermitWord,
    /// The number of the settings in force.
    #[cfg(feature = "config")]
    by: u32,
}

#[derive(Debug, Default)]
struct Waiter {
    cost: u64,
    waker: Option<Waker>,
}

/// What follows for somebody who waits.
#[derive(Debug)]
pub(super) enum Turn {
    /// It begins now, and has left the queue.
    Begins(Left),
    /// It is the first, and may begin at this moment.
    At(u64),
    /// Others are ahead of it.
    Behind,
}

/// The wakers that are left when a place is given up. To be dropped, or woken, without the lock.
#[derive(Debug)]
pub(super) struct Left {
    /// That of the place.
    own: Option<Waker>,
    /// That of whoever is the first because of it, to be woken.
    next: Option<Waker>,
}

impl Left {
    pub(super) fn wake_next(self) {
        drop(self.own);
        if let Some(next) = self.next {
            next.wake();
        }
    }
}

impl Queue {
    pub(super) const fn new(machine: Machine) -> Self {
        Self {
            machine,
            waiters: WaitQueue::new(),
            queued: 0,
            reached: PermitWord::CLOSED,
            #[cfg(feature = "config")]
            by: 0,
        }
    }

    /// What calls see while nobody has the lock. A word that is open counts from `origin`.
    pub(super) fn word(&self, origin: u64) -> PermitWord {
        if self.waiters.len() > 0 {
            return PermitWord::CLOSED;
        }
        match self.reached {
            PermitWord::CLOSED => self.machine.open_word(self.by(), origin).unwrap_or(PermitWord::CLOSED),
            reached => reached,
        }
    }

    const fn by(&self) -> u32 {
        #[cfg(feature = "config")]
        return self.by;
        #[cfg(not(feature = "config"))]
        0
    }

    /// Other settings, and their number.
    #[cfg(feature = "config")]
    pub(super) fn change(&mut self, policy: &RateLimitPolicy, by: u32, now: u64) {
        self.by = by;
        self.machine.change(policy, now);
    }

    /// Goes on from what calls made of the word, which is closed now.
    pub(super) fn go_on_from(&mut self, word: PermitWord, origin: u64) {
        self.reached = PermitWord::CLOSED;
        if let Seen::Open { moment, .. } = word.seen() {
            self.machine.close_word(moment, origin);
        }
    }

    /// Takes permits if they are free now and nobody waits.
    ///
    /// # Errors
    ///
    /// How long a call would have to wait behind all that wait now.
    pub(super) fn try_take(&mut self, now: u64, cost: u64) -> Result<(), u64> {
        let wait = self.wait(now, cost);
        if wait > 0 || self.waiters.len() > 0 {
            let until = self.machine.begins_at(now, 0, 1);
            self.reached = PermitWord::reached(now, until).unwrap_or(PermitWord::CLOSED);
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
    pub(super) fn join(&mut self, cost: u64) -> Place {
        self.queued += cost;
        self.waiters.push_back(Waiter { cost, waker: None })
    }

    pub(super) const fn waiting(&self) -> usize {
        self.waiters.len()
    }

    /// Asks whether the turn of a place has come, which is then given up. If not, `waker` is exchanged for the one that
    /// was there.
    pub(super) fn turn(&mut self, now: u64, place: &mut Option<Place>, waker: &mut Option<Waker>) -> Turn {
        let Some(taken) = place.take() else { return Turn::Behind };
        let is_first = self.waiters.first().as_ref() == Some(&taken);
        let waiter = self.waiters.item(&taken);
        let at = if is_first { self.machine.begins_at(now, 0, waiter.cost) } else { u64::MAX };
        if at > now {
            std::mem::swap(&mut waiter.waker, waker);
            *place = Some(taken);
            return if is_first { Turn::At(at) } else { Turn::Behind };
        }
        self.machine.take(now, waiter.cost);
        Turn::Begins(self.leave(taken))
    }

    /// Gives up a place.
    pub(super) fn leave(&mut self, place: Place) -> Left {
        let was_first = self.waiters.first().as_ref() == Some(&place);
        let Waiter { cost, waker: own } = self.waiters.remove(place);
        self.queued -= cost;
        Left { own, next: if was_first { self.wake_first() } else { None } }
    }

    /// The waker of the first, who has to look at the time again.
    pub(super) fn wake_first(&mut self) -> Option<Waker> {
        let first = self.waiters.first()?;
        self.waiters.item(&first).waker.take()
    }
}
