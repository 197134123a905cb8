//! The slots that are free on a line, how many may be, and how many were taken, in one word.
//!
//! ```text
//!  63                      32 31         16 15          0
//! +--------------------------+-------------+-------------+
//! | takes                    | room left   | free slots  |
//! +--------------------------+-------------+-------------+
//! ```
//!
//! The sum of free slots and of the room that is left is the same from the line's opening to its closing. A closed line
//! has neither. The takes are as in the pool's word.

/// The word of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LineWord(u64);

const ONE_FREE: u64 = 1;
const ONE_ROOM: u64 = 1 << 16;
/// Four takes are many in models.
const TAKES_BIT: u32 = if cfg!(resilient_loom) { 61 } else { 32 };
const ONE_TAKE: u64 = 1 << TAKES_BIT;

impl LineWord {
    pub(super) const CLOSED: Self = Self(0);
    /// The most that there is room for.
    pub(super) const MOST_ROOM: u32 = u16::MAX as u32;
    /// So many takes set the highest bit.
    pub(super) const MANY_TAKES: u64 = 1 << (63 - TAKES_BIT);
    /// To be subtracted when [`MANY_TAKES`](Self::MANY_TAKES) are counted elsewhere.
    pub(super) const MANY_TAKES_BITS: u64 = 1 << 63;

    /// The word of a line that is open, and has no free slots yet.
    pub(super) const fn open(room: u32) -> Self {
        let room = if room < Self::MOST_ROOM { room } else { Self::MOST_ROOM };
        Self(room as u64 * ONE_ROOM)
    }

    pub(super) const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    pub(super) const fn bits(self) -> u64 {
        self.0
    }

    pub(super) const fn free(self) -> u64 {
        self.0 % ONE_ROOM
    }

    /// How many slots were taken since the takes were last counted elsewhere.
    pub(super) const fn takes(self) -> u64 {
        self.0 / ONE_TAKE
    }

    /// So many takes, to be added.
    #[cfg(all(test, not(resilient_loom)))]
    pub(super) const fn bits_of_takes(takes: u64) -> u64 {
        takes * ONE_TAKE
    }

    /// Whether the takes are to be counted elsewhere, before they overflow.
    #[inline]
    pub(super) const fn has_many_takes(self) -> bool {
        self.0.cast_signed() < 0
    }

    /// One slot less and one take more, if a slot is free.
    #[inline]
    pub(super) const fn take(self) -> Option<Self> {
        if self.free() > 0 { Some(Self(self.0.wrapping_add(ONE_TAKE + ONE_ROOM - ONE_FREE))) } else { None }
    }

    /// One slot more, if there is room, and the takes are not to be counted elsewhere. One comparison says both.
    #[inline]
    pub(super) const fn give(self) -> Option<Self> {
        const ROOM_LEFT: u64 = (ONE_ROOM - 1) * ONE_ROOM;
        let room = (self.0 & (Self::MANY_TAKES_BITS | ROOM_LEFT)).cast_signed();
        if room > 0 { Some(Self(self.0 - ONE_ROOM + ONE_FREE)) } else { None }
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_line_holds_as_many_as_it_has_room_for() {
        for room in [1, 2, 7, LineWord::MOST_ROOM] {
            let empty = LineWord::open(room);
            assert_eq!((empty.free(), empty.take()), (0, None));
            let full = (0..room).fold(empty, |line, _| line.give().unwrap());
            assert_eq!((full.free(), full.give(), full.takes()), (u64::from(room), None, 0));
            let empty = (0..room).fold(full, |line, _| line.take().unwrap());
            assert_eq!((empty.free(), empty.take(), empty.takes()), (0, None, u64::from(room)));
            assert_eq!(empty.give().map(LineWord::free), Some(1));
        }
        assert_eq!(LineWord::open(u32::MAX), LineWord::open(LineWord::MOST_ROOM));
    }

    #[test]
    fn a_closed_line_takes_and_gives_nothing() {
        assert_eq!((LineWord::CLOSED.take(), LineWord::CLOSED.give(), LineWord::CLOSED.free()), (None, None, 0));
        assert_eq!(LineWord::open(0), LineWord::CLOSED);
    }

    #[test]
    fn many_takes_are_seen_and_subtracted_from_the_takes_alone() {
        let with_one = LineWord::open(7).give().unwrap();
        let with_two = with_one.give().unwrap();
        let few = LineWord::from_bits(with_two.bits() + (LineWord::MANY_TAKES - 1) * ONE_TAKE);
        assert!(!few.has_many_takes());
        let many = few.take().unwrap();
        assert_eq!((many.has_many_takes(), many.takes()), (true, LineWord::MANY_TAKES));
        let counted = LineWord::from_bits(many.bits() - LineWord::MANY_TAKES_BITS);
        assert_eq!((counted.takes(), counted.free(), counted.give()), (0, 1, Some(with_two)));
    }

    #[test]
    fn no_slot_is_given_back_while_the_takes_are_many() {
        let line = LineWord::open(7).give().unwrap();
        let with_takes = |takes| LineWord::from_bits(line.bits() + LineWord::bits_of_takes(takes));
        assert!(with_takes(LineWord::MANY_TAKES - 1).give().is_some());
        assert_eq!(with_takes(LineWord::MANY_TAKES).give(), None);
        // There is room for a take of each slot on the line.
        assert!(with_takes(LineWord::MANY_TAKES + u64::from(LineWord::MOST_ROOM)).take().is_some());
    }
}
