//! The slots that are free in the pool, whether calls wait for one, and how many were taken, in one word.
//!
//! ```text
//!  63       33 32           31           30                         0
//! +-----------+------------+------------+----------------------------+
//! | takes     | lines open | calls wait | free slots, as from `ZERO` |
//! +-----------+------------+------------+----------------------------+
//! ```
//!
//! Less than none are free after the limit was lowered below the number of calls in flight. Whether calls wait is the
//! sign of the lower half, so that one comparison of that half says whether a slot can be taken. Taking a slot counts
//! itself, so that counting needs no other word; before the takes overflow they are added to a larger counter.

/// The word of a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PoolWord(u64);

/// To be added or subtracted where lines are opened or closed.
pub(super) const LINES_OPEN: u64 = 1 << 32;
/// To be added or subtracted for one free slot.
pub(super) const ONE_FREE: u64 = 1;
/// To be added when the first call begins to wait, and subtracted when none does any more.
pub(super) const CALLS_WAIT: u64 = 1 << 31;

/// A word whose pool is empty.
const ZERO: u32 = 1 << 30;
/// Four takes are many in models.
const TAKES_BIT: u32 = if cfg!(resilient_loom) { 61 } else { 33 };
const ONE_TAKE: u64 = 1 << TAKES_BIT;

/// The most slots that the word has room for, which is more than there could be calls.
pub(super) const MOST_SLOTS: u32 = ZERO - 1;

impl PoolWord {
    /// So many takes set the highest bit.
    pub(super) const MANY_TAKES: u64 = 1 << (63 - TAKES_BIT);
    /// To be subtracted when [`MANY_TAKES`](Self::MANY_TAKES) are counted elsewhere.
    pub(super) const MANY_TAKES_BITS: u64 = 1 << 63;

    /// The word of a pool in which all slots are free.
    pub(super) const fn with_free(slots: u32) -> Self {
        Self((ZERO + slots) as u64)
    }

    pub(super) const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    pub(super) const fn bits(self) -> u64 {
        self.0
    }

    pub(super) const fn has_open_lines(self) -> bool {
        self.0 & LINES_OPEN != 0
    }

    pub(super) const fn calls_wait(self) -> bool {
        self.lower_half() < 0
    }

    /// Negative if calls wait.
    const fn lower_half(self) -> i32 {
        #[expect(clippy::cast_possible_truncation, reason = "the lower half alone is meant")]
        let half = self.0 as u32;
        half.cast_signed()
    }

    /// How many slots are free; negative if more are taken than the limit allows now.
    pub(super) const fn free(self) -> i64 {
        (self.0 % CALLS_WAIT).cast_signed() - (ZERO as i64)
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

    /// One slot less and one take more, if a slot is free and no call waits.
    #[inline]
    pub(super) const fn take(self) -> Option<Self> {
        let is_free = self.lower_half() > ZERO.cast_signed();
        if is_free { Some(Self(self.0.wrapping_add(ONE_TAKE - ONE_FREE))) } else { None }
    }

    /// One slot more, unless calls wait, one of which gets it, or the takes are to be counted elsewhere. One comparison
    /// says both. So while slots are added the takes are not many, and until then there is room for one of each slot.
    #[inline]
    pub(super) const fn give(self) -> Option<Self> {
        if self.0 & (CALLS_WAIT | Self::MANY_TAKES_BITS) == 0 { Some(Self(self.0 + ONE_FREE)) } else { None }
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests {
    use super::*;

    /// A word with this many free slots and takes.
    fn word(free: i64, calls_wait: bool, takes: u64) -> PoolWord {
        let bits = PoolWord::with_free(0).bits().wrapping_add_signed(free * ONE_FREE.cast_signed());
        PoolWord::from_bits(bits + u64::from(calls_wait) * CALLS_WAIT + takes * ONE_TAKE)
    }

    const NUMBERS: [i64; 8] = [-(MOST_SLOTS as i64), -2, -1, 0, 1, 2, 64, MOST_SLOTS as i64];
    const TAKES: [u64; 4] = [0, 1, PoolWord::MANY_TAKES, 2 * PoolWord::MANY_TAKES - 1];

    fn each_word(mut check: impl FnMut(i64, bool, u64)) {
        for free in NUMBERS {
            for takes in TAKES {
                check(free, false, takes);
                check(free, true, takes);
            }
        }
    }

    #[test]
    fn the_parts_of_a_word_do_not_touch_each_other() {
        each_word(|free, calls_wait, takes| {
            for lines in [0, LINES_OPEN] {
                let word = PoolWord::from_bits(word(free, calls_wait, takes).bits() + lines);
                assert_eq!((word.free(), word.calls_wait(), word.takes()), (free, calls_wait, takes));
                assert_eq!(word.has_open_lines(), lines == LINES_OPEN);
                assert_eq!(word.has_many_takes(), takes >= PoolWord::MANY_TAKES);
            }
        });
    }

    #[test]
    fn a_slot_is_taken_and_counted_if_one_is_free_and_no_call_waits() {
        each_word(|free, calls_wait, takes| {
            if takes + 1 < 2 * PoolWord::MANY_TAKES {
                let after = (free > 0 && !calls_wait).then(|| word(free - 1, false, takes + 1));
                assert_eq!(word(free, calls_wait, takes).take(), after, "{free} free, {calls_wait}, {takes}");
            }
        });
        let open = PoolWord::from_bits(word(1, false, 0).bits() + LINES_OPEN);
        assert_eq!(open.take().map(|after| (after.free(), after.has_open_lines())), Some((0, true)));
        assert_eq!(PoolWord::from_bits(word(0, false, 0).bits() + LINES_OPEN).take(), None);
    }

    #[test]
    fn a_slot_is_given_back_if_no_call_waits_and_the_takes_are_few() {
        assert_eq!(word(-1, false, 5).give(), Some(word(0, false, 5)));
        assert_eq!(word(7, false, 0).give(), Some(word(8, false, 0)));
        assert_eq!((word(0, true, 5).give(), word(-1, true, 0).give()), (None, None));
        let few = PoolWord::MANY_TAKES - 1;
        assert_eq!(word(7, false, few).give(), Some(word(8, false, few)));
        assert_eq!(word(7, false, PoolWord::MANY_TAKES).give(), None);
    }

    #[test]
    fn there_is_room_for_a_take_of_each_slot_after_the_last_one_was_given_back() {
        let given_last = word(i64::from(MOST_SLOTS) - 1, false, PoolWord::MANY_TAKES - 1).give().unwrap();
        assert!(given_last.takes() + u64::from(MOST_SLOTS) < 2 * PoolWord::MANY_TAKES);
    }

    #[test]
    fn many_takes_are_subtracted_from_the_takes_alone() {
        let counted = word(3, true, PoolWord::MANY_TAKES + 7).bits() - PoolWord::MANY_TAKES_BITS;
        assert_eq!(PoolWord::from_bits(counted), word(3, true, 7));
    }
}
