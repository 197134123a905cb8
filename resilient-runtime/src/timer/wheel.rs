//! Who is to be woken when. Pure: it takes the time, in ticks.
//!
//! A hierarchical timing wheel: the slots of the lowest level hold a tick each, those of the next level 64 ticks, and so
//! on. An alarm is in the level of the highest six bits in which its tick differs from the wheel's time. When that time
//! comes to a slot of a higher level, its alarms move down. So to set an alarm, to take it back, and to find out who is
//! due costs the same however many there are.

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
    /// All that was due by then is gone from the lists.
    time: u64,
}

impl Wheel {
    /// Adds somebody to be woken at a tick, and returns the number of the entry. `now` may be behind.
    pub(super) fn insert(&mut self, now: u64, deadline: u64, waker: Waker) -> u32 {
        if self.lists.are_empty() {
            // So that a wheel which nobody looked at for days does not begin there.
            self.time = self.time.max(now.min(LAST));
        }
        let (index, entry) = self.entries.take();
        entry.waker = Some(waker);
        entry.deadline = deadline.min(LAST);
        self.link(index);
        index
    }

    /// Frees an entry. The waker, if it is still there, is for the caller to drop.
    pub(super) fn remove(&mut self, index: u32) -> Option<Waker> {
        let waker = self.entries.get(index).waker.take();
        if waker.is_some() {
            self.lists.unlink(&mut self.entries, index);
        }
        self.entries.give_back(index);
        waker
    }

    /// Who is woken at the deadline; `None` if that has come.
    #[inline]
    pub(super) fn waker(&mut self, index: u32) -> Option<&mut Waker> {
        self.entries.get(index).waker.as_mut()
    }

    /// Whether its deadline has come by then, also if its waker has been taken.
    pub(super) fn is_over(&mut self, index: u32, now: u64) -> bool {
        let entry = self.entries.get(index);
        entry.waker.is_none() || entry.deadline <= now
    }

    /// Moves wakers whose deadline has come to `due`, up to its capacity, and returns the tick at which to look again:
    /// `now` or an earlier one if there are more, the end of time if nobody waits.
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

    /// Whether all of a slot found room in `due`.
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
        // One that is over already is in the slot of the current tick, which is looked at first.
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
