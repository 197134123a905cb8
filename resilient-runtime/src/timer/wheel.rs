//! A hierarchical timing wheel. Pure: it takes the time, in ticks.
//!
//! The slots of the lowest level hold a tick each, those of the next level 64 ticks, and so on. A timer is in the level
//! of the highest six bits in which its tick differs from the wheel's time. When the time reaches a slot of a higher
//! level, the timers of the slot move down. So insert, cancel and expiry take constant time for each timer.

mod lists;

use std::task::Waker;

use crate::timer::slab::Slab;
use lists::{LEVELS, Lists, NOWHERE, TimerEntry, WheelSlot};

/// The last tick: 139 years.
pub(super) const LAST: u64 = (1 << (lists::BITS * LEVELS)) - 1;

#[derive(Debug, Default)]
pub(crate) struct Wheel {
    entries: Slab<TimerEntry>,
    lists: Lists,
    /// The lists hold no timer that was due before this tick.
    time: u64,
}

impl Wheel {
    /// Inserts a timer, and returns the index of its entry. `now` may be behind.
    pub(super) fn insert(&mut self, now: u64, deadline: u64, waker: Waker) -> u32 {
        if self.lists.are_empty() {
            // The time of an unused wheel may be days behind.
            self.time = self.time.max(now.min(LAST));
        }
        let (index, entry) = self.entries.take();
        entry.waker = Some(waker);
        entry.deadline = deadline.min(LAST);
        self.link(index);
        index
    }

    /// Frees an entry. The caller drops the waker, if it is still there, outside of the lock.
    pub(super) fn remove(&mut self, index: u32) -> Option<Waker> {
        let waker = self.entries.get(index).waker.take();
        if waker.is_some() {
            self.lists.unlink(&mut self.entries, index);
        }
        self.entries.give_back(index);
        waker
    }

    /// The waker of an entry; `None` if its deadline has passed.
    #[inline]
    pub(super) fn waker(&mut self, index: u32) -> Option<&mut Waker> {
        self.entries.get(index).waker.as_mut()
    }

    /// Whether the deadline has passed by `now`, or the waker was taken before.
    pub(super) fn is_over(&mut self, index: u32, now: u64) -> bool {
        let entry = self.entries.get(index);
        entry.waker.is_none() || entry.deadline <= now
    }

    /// Moves wakers whose deadline has passed to `due`, up to its capacity, and returns the tick at which to continue:
    /// at most `now` if there are more, `u64::MAX` if there is no timer.
    pub(super) fn take_due(&mut self, now: u64, due: &mut Vec<Waker>) -> u64 {
        while let Some((slot, begin)) = self.lists.first(self.time) {
            if begin > now {
                self.time = self.time.max(now);
                return begin;
            }
            self.time = begin;
            if slot.level() > 0 {
                self.move_down(slot);
            } else if !self.wake(slot, due) {
                return begin;
            }
        }
        self.time = self.time.max(now.min(LAST));
        u64::MAX
    }

    /// Moves the wakers of a slot to `due`; `false` if not all fit.
    fn wake(&mut self, slot: WheelSlot, due: &mut Vec<Waker>) -> bool {
        while let Some(index) = self.lists.head(slot) {
            if due.len() == due.capacity() {
                return false;
            }
            self.lists.unlink(&mut self.entries, index);
            due.extend(self.entries.get(index).waker.take());
        }
        true
    }

    fn move_down(&mut self, slot: WheelSlot) {
        let mut next = self.lists.empty(slot);
        while next != NOWHERE {
            let index = next;
            next = self.entries.get(index).next;
            self.link(index);
        }
    }

    fn link(&mut self, index: u32) {
        // A timer that is due already goes to the slot of the current tick, which is the first to expire.
        let deadline = self.entries.get(index).deadline.max(self.time);
        self.lists.link(&mut self.entries, index, WheelSlot::of(deadline, self.time));
    }

    /// Bytes on the heap.
    #[cfg(all(test, not(resilient_loom)))]
    pub(super) fn bytes(&self) -> usize {
        self.entries.bytes()
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests;
