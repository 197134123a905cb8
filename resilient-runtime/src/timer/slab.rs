//! Entries that keep their place until they are removed, in pages that are given back when nobody uses them.

/// Entries of a page: as many as a word has bits.
const PAGE: u32 = u64::BITS;

/// Every page with room is in `roomy` once, whether its memory is there or not.
#[derive(Debug)]
pub(crate) struct Slab<T> {
    pages: Vec<Option<Box<Page<T>>>>,
    roomy: Vec<u32>,
    /// Pages without an entry whose memory is there.
    empty: usize,
    len: usize,
}

#[derive(Debug)]
struct Page<T> {
    /// A bit for each entry.
    taken: u64,
    entries: [T; PAGE as usize],
}

impl<T: Default> Page<T> {
    /// Not inlined, and boxed here: it is large, and callers need no room for it.
    #[cold]
    #[inline(never)]
    #[expect(clippy::unnecessary_box_returns, reason = "not to be on the stack of a caller")]
    fn new() -> Box<Self> {
        Box::new(Self { taken: 0, entries: std::array::from_fn(|_| T::default()) })
    }
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Self { pages: Vec::new(), roomy: Vec::new(), empty: 0, len: 0 }
    }
}

impl<T: Default> Slab<T> {
    /// A place for an entry, which is what was left there or the default.
    pub(super) fn take(&mut self) -> (u32, &mut T) {
        let page_index = self.page_with_room();
        let page = self.pages[page_index as usize].get_or_insert_with(|| {
            self.empty += 1;
            Page::new()
        });
        if page.taken == 0 {
            self.empty -= 1;
        }
        let bit = page.taken.trailing_ones();
        page.taken |= 1 << bit;
        if page.taken == u64::MAX {
            self.roomy.pop();
        }
        self.len += 1;
        (page_index * PAGE + bit, &mut page.entries[bit as usize])
    }

    #[expect(clippy::cast_possible_truncation, reason = "no machine holds 2^32 calls")]
    fn page_with_room(&mut self) -> u32 {
        if let Some(page) = self.roomy.last() {
            return *page;
        }
        let page = self.pages.len() as u32;
        self.pages.push(None);
        self.roomy.push(page);
        page
    }

    /// Gives a place back. A page that became empty stays for the next calls if it is the only one; with the last entry
    /// goes all that a burst has left behind.
    pub(super) fn give_back(&mut self, index: u32) {
        let (page_index, bit) = place(index);
        let page = self.page(page_index);
        let was_full = page.taken == u64::MAX;
        page.taken &= !(1 << bit);
        let is_empty = page.taken == 0;
        self.len -= 1;
        if was_full {
            self.roomy.push(index / PAGE);
        }
        if is_empty {
            self.empty += 1;
            self.shrink(page_index);
        }
    }

    fn shrink(&mut self, emptied: usize) {
        if self.len == 0 && self.pages.len() > 1 {
            let kept = self.pages[emptied].take();
            *self = Self { pages: vec![kept], roomy: vec![0], empty: 1, len: 0 };
        } else if self.empty > 1 {
            self.pages[emptied] = None;
            self.empty -= 1;
        }
    }

    fn page(&mut self, index: usize) -> &mut Page<T> {
        self.pages[index].as_mut().expect("a page with an entry is there")
    }

    /// An entry that was not given back.
    #[inline]
    pub(super) fn get(&mut self, index: u32) -> &mut T {
        let (page, bit) = place(index);
        &mut self.page(page).entries[bit]
    }

    /// Bytes on the heap.
    #[cfg(all(test, not(resilient_loom)))]
    pub(super) fn bytes(&self) -> usize {
        let pages = self.pages.iter().flatten().count() * size_of::<Page<T>>();
        pages + self.pages.capacity() * size_of::<Option<Box<Page<T>>>>() + self.roomy.capacity() * size_of::<u32>()
    }
}

#[inline]
const fn place(index: u32) -> (usize, usize) {
    ((index / PAGE) as usize, (index % PAGE) as usize)
}

#[cfg(all(test, not(resilient_loom)))]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_entry_keeps_its_place_until_it_is_given_back(
            events in prop::collection::vec(any::<Option<prop::sample::Index>>(), 1..2_000),
            bias in 0..3_u32,
        ) {
            let mut slab = Slab::<u64>::default();
            let mut naive: BTreeMap<u32, u64> = BTreeMap::new();
            for (number, event) in (0..).zip(events) {
                // Long stretches of more and of fewer.
                match event.filter(|_| (number / 300 + u64::from(bias)) % 2 == 0 && !naive.is_empty()) {
                    Some(who) => {
                        let index = *who.get(&naive.keys().copied().collect::<Vec<_>>());
                        prop_assert_eq!(Some(*slab.get(index)), naive.remove(&index));
                        slab.give_back(index);
                    }
                    None => {
                        let (index, entry) = slab.take();
                        *entry = number;
                        prop_assert_eq!(naive.insert(index, number), None);
                    }
                }
                prop_assert_eq!(slab.len, naive.len());
                let there = slab.pages.iter().flatten();
                prop_assert_eq!(there.clone().filter(|page| page.taken == 0).count(), slab.empty);
                prop_assert!(slab.empty <= 1);
                let has_room = |page: &Option<Box<Page<u64>>>| page.as_ref().is_none_or(|page| page.taken != u64::MAX);
                let mut roomy = slab.roomy.clone();
                roomy.sort_unstable();
                let expected = (0..).zip(&slab.pages).filter(|(_, page)| has_room(page)).map(|(index, _)| index);
                prop_assert_eq!(roomy, expected.collect::<Vec<u32>>());
            }
            for (index, number) in naive {
                prop_assert_eq!(*slab.get(index), number);
            }
        }
    }

    #[test]
    fn a_burst_leaves_a_page_behind() {
        let mut slab = Slab::<[u64; 5]>::default();
        let burst: Vec<u32> = (0..1_000_000).map(|_| slab.take().0).collect();
        let most = slab.bytes();
        assert!(most > 40_000_000);
        // One of them stays for long.
        burst[1..].iter().for_each(|index| slab.give_back(*index));
        assert!(slab.bytes() < most / 100);
        slab.give_back(burst[0]);
        assert!(slab.bytes() < 3_000);
    }

    #[test]
    fn a_call_at_a_time_needs_no_memory_of_its_own() {
        let mut slab = Slab::<u64>::default();
        let first = slab.take().0;
        slab.give_back(first);
        let before = (slab.bytes(), &raw const *slab.get(first));
        for _ in 0..1_000 {
            let index = slab.take().0;
            slab.give_back(index);
        }
        assert_eq!(before, (slab.bytes(), &raw const *slab.get(first)));
    }
}
