//! A doubly linked list of entries for each slot. The links are indices.

use std::task::Waker;

use crate::timer::slab::Slab;

/// Each level covers so many bits of a tick.
pub(super) const BITS: usize = 6;
const SLOTS: usize = 1 << BITS;
pub(super) const LEVELS: usize = 7;

/// The end of a list.
pub(super) const NOWHERE: u32 = u32::MAX;

/// A level and a slot in it, as one number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct WheelSlot(u16);

impl WheelSlot {
    /// The slot of a timer for this tick, when the wheel's time is `time`, which is not later.
    #[expect(clippy::cast_possible_truncation, reason = "a level is below 7, a slot below 64")]
    pub(super) const fn of(tick: u64, time: u64) -> Self {
        let differing = (tick ^ time) | 1;
        let level = differing.ilog2() as usize / BITS;
        let slot = tick >> (level * BITS) & (SLOTS as u64 - 1);
        Self((level * SLOTS) as u16 | slot as u16)
    }

    pub(super) const fn level(self) -> usize {
        self.0 as usize / SLOTS
    }

    const fn bit(self) -> u64 {
        1 << (self.0 as usize % SLOTS)
    }
}

#[derive(Debug)]
pub(super) struct TimerEntry {
    /// `None` once the deadline has passed.
    pub(super) waker: Option<Waker>,
    pub(super) deadline: u64,
    pub(super) slot: WheelSlot,
    previous: u32,
    pub(super) next: u32,
}

impl Default for TimerEntry {
    fn default() -> Self {
        Self { waker: None, deadline: 0, slot: WheelSlot::default(), previous: NOWHERE, next: NOWHERE }
    }
}

#[derive(Debug)]
pub(super) struct Lists {
    heads: [u32; LEVELS * SLOTS],
    /// A bit for each slot that is not empty.
    occupied: [u64; LEVELS],
    /// A bit for each level that is not empty.
    levels: u32,
}

impl Default for Lists {
    fn default() -> Self {
        Self { heads: [NOWHERE; LEVELS * SLOTS], occupied: [0; LEVELS], levels: 0 }
    }
}

impl Lists {
    pub(super) const fn are_empty(&self) -> bool {
        self.levels == 0
    }

    pub(super) fn head(&self, slot: WheelSlot) -> Option<u32> {
        Some(self.heads[usize::from(slot.0)]).filter(|head| *head != NOWHERE)
    }

    /// The earliest slot that is not empty, and its first tick. Within a level, occupied slots are not before that of
    /// the wheel's time. All occupied slots of a level are before those of higher levels.
    #[expect(clippy::cast_possible_truncation, reason = "a level is below 7, a slot below 64")]
    pub(super) fn first(&self, time: u64) -> Option<(WheelSlot, u64)> {
        if self.are_empty() {
            return None;
        }
        let level = self.levels.trailing_zeros() as usize;
        let slot = u64::from(self.occupied[level].trailing_zeros());
        let below = level * BITS;
        let begin = time >> (below + BITS) << (below + BITS) | slot << below;
        Some((WheelSlot((level * SLOTS) as u16 | slot as u16), begin))
    }

    pub(super) fn link(&mut self, entries: &mut Slab<TimerEntry>, index: u32, slot: WheelSlot) {
        let head = std::mem::replace(&mut self.heads[usize::from(slot.0)], index);
        if head != NOWHERE {
            entries.get(head).previous = index;
        }
        let entry = entries.get(index);
        (entry.slot, entry.previous, entry.next) = (slot, NOWHERE, head);
        self.occupied[slot.level()] |= slot.bit();
        self.levels |= 1 << slot.level();
    }

    pub(super) fn unlink(&mut self, entries: &mut Slab<TimerEntry>, index: u32) {
        let &mut TimerEntry { slot, previous, next, .. } = entries.get(index);
        if next != NOWHERE {
            entries.get(next).previous = previous;
        }
        if previous != NOWHERE {
            entries.get(previous).next = next;
            return;
        }
        self.heads[usize::from(slot.0)] = next;
        if next == NOWHERE {
            self.vacate(slot);
        }
    }

    /// Takes the whole list out of its slot, and returns its first entry.
    pub(super) fn empty(&mut self, slot: WheelSlot) -> u32 {
        self.vacate(slot);
        std::mem::replace(&mut self.heads[usize::from(slot.0)], NOWHERE)
    }

    fn vacate(&mut self, slot: WheelSlot) {
        self.occupied[slot.level()] &= !slot.bit();
        if self.occupied[slot.level()] == 0 {
            self.levels &= !(1 << slot.level());
        }
    }
}
