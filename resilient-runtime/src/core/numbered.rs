//! Values that are never freed, each with a number.

use crate::core::sync::{Mutex, OnceLock, PoisonError};

/// So many are in place, where one comparison finds them: programs that are configured have a few sets of values.
const IN_PLACE: usize = 15;
/// So many blocks follow, each twice as long as the one before.
const BLOCKS: usize = 16;

/// Values by their numbers. They are found without a lock: a block that has been made stays where it is.
#[derive(Debug)]
pub(crate) struct Numbered<T: 'static> {
    /// Those from 1 to [`IN_PLACE`].
    first: [OnceLock<T>; IN_PLACE],
    blocks: [OnceLock<Box<[OnceLock<T>]>>; BLOCKS],
    /// How many there are. The lock is held while one is looked for and added.
    len: Mutex<u32>,
}

/// The block of a number above [`IN_PLACE`], and the place there. Block `b` holds the numbers from `2^(b + 4)` on.
const fn place(number: u32) -> (usize, usize) {
    let power = number.ilog2();
    (power as usize - FIRST_POWER, (number - (1 << power)) as usize)
}

const FIRST_POWER: usize = (IN_PLACE + 1).ilog2() as usize;

impl<T> Numbered<T> {
    #[cfg(not(resilient_loom))]
    pub(crate) const fn new() -> Self {
        Self {
            first: [const { OnceLock::new() }; IN_PLACE],
            blocks: [const { OnceLock::new() }; BLOCKS],
            len: Mutex::new(0),
        }
    }

    #[cfg(resilient_loom)]
    pub(crate) fn new() -> Self {
        Self {
            first: std::array::from_fn(|_| OnceLock::new()),
            blocks: std::array::from_fn(|_| OnceLock::new()),
            len: Mutex::new(0),
        }
    }

    #[inline]
    pub(crate) fn get(&self, number: u32) -> Option<&T> {
        // Zero is none: it wraps to a place that is never made.
        match self.first.get(number.wrapping_sub(1) as usize) {
            Some(place) => place.get(),
            None => self.get_in_blocks(number),
        }
    }

    #[cold]
    #[inline(never)]
    fn get_in_blocks(&self, number: u32) -> Option<&T> {
        if number == 0 {
            return None;
        }
        let (block, index) = place(number);
        self.blocks.get(block)?.get()?.get(index)?.get()
    }

    /// The number of the first value that `is_it`, or of a new one. `None` if there have been too many.
    pub(crate) fn find_or_add(&self, is_it: impl Fn(&T) -> bool, make: impl FnOnce() -> T) -> Option<u32> {
        let mut len = self.len.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = (1..=*len).find(|number| self.get(*number).is_some_and(&is_it)) {
            return Some(known);
        }
        let number = *len + 1;
        self.make_place(number)?.get_or_init(make);
        *len = number;
        Some(number)
    }

    /// The place of a number, from 1 on.
    fn make_place(&self, number: u32) -> Option<&OnceLock<T>> {
        if let Some(place) = self.first.get(number as usize - 1) {
            return Some(place);
        }
        let (block, index) = place(number);
        let length = 1_usize << (block + FIRST_POWER);
        let places = self.blocks.get(block)?.get_or_init(|| (0..length).map(|_| OnceLock::new()).collect());
        places.get(index)
    }
}

#[cfg(all(test, resilient_loom))]
mod loom_tests;

#[cfg(all(test, not(resilient_loom)))]
mod tests {
    use super::*;

    fn number(table: &Numbered<u32>, value: u32) -> Option<u32> {
        table.find_or_add(|known| *known == value, || value)
    }

    #[test]
    fn equal_values_share_a_number_and_each_is_found_by_its_own() {
        let table = Numbered::new();
        for round in 0..2 {
            for value in 1..=1_000 {
                assert_eq!(number(&table, value), Some(value), "round {round}");
            }
        }
        for value in 1..=1_000 {
            assert_eq!(table.get(value), Some(&value));
        }
        assert_eq!([table.get(1_001), table.get(u32::MAX), table.get(0)], [None; 3]);
    }

    #[test]
    fn blocks_follow_each_other_without_a_gap() {
        assert_eq!([16, 17, 31, 32, 63, 64].map(place), [(0, 0), (0, 1), (0, 15), (1, 0), (1, 31), (2, 0)]);
    }

    #[test]
    fn a_full_table_takes_no_more() {
        let table: Numbered<u32> = Numbered::new();
        *table.len.lock().unwrap() = (1 << (BLOCKS + FIRST_POWER)) - 1;
        assert_eq!(number(&table, 7), None);
    }
}
