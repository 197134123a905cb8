//! A slab: entries keep their index until they are removed. Its memory is in chunks, which are freed when they are
//! empty.

/// The number of entries in a chunk: the bits of a word.
const CHUNK: u32 = u64::BITS;

/// Each chunk with a free entry is in `with_room` once, whether it is allocated or not.
#[derive(Debug)]
pub(crate) struct Slab<T> {
    chunks: Vec<Option<Box<Chunk<T>>>>,
    with_room: Vec<u32>,
    /// The number of allocated chunks without an entry.
    empty: usize,
    len: usize,
}

#[derive(Debug)]
struct Chunk<T> {
    /// A bit for each entry.
    taken: u64,
    entries: [T; CHUNK as usize],
}

impl<T: Default> Chunk<T> {
    /// Not inlined, and boxed here, because it is large and callers should not reserve stack for it.
    #[cold]
    #[inline(never)]
    #[expect(clippy::unnecessary_box_returns, reason = "not to be on the stack of a caller")]
    fn new() -> Box<Self> {
        Box::new(Self { taken: 0, entries: std::array::from_fn(|_| T::default()) })
    }
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Self { chunks: Vec::new(), with_room: Vec::new(), empty: 0, len: 0 }
    }
}

impl<T: Default> Slab<T> {
    /// Takes a free entry. It has the default value, or what its last user left in it.
    pub(super) fn take(&mut self) -> (u32, &mut T) {
        let chunk_index = self.chunk_with_room();
        let chunk = self.chunks[chunk_index as usize].get_or_insert_with(|| {
            self.empty += 1;
            Chunk::new()
        });
        if chunk.taken == 0 {
            self.empty -= 1;
        }
        let bit = chunk.taken.trailing_ones();
        chunk.taken |= 1 << bit;
        if chunk.taken == u64::MAX {
            self.with_room.pop();
        }
        self.len += 1;
        (chunk_index * CHUNK + bit, &mut chunk.entries[bit as usize])
    }

    #[expect(clippy::cast_possible_truncation, reason = "no machine holds 2^32 calls")]
    fn chunk_with_room(&mut self) -> u32 {
        if let Some(chunk) = self.with_room.last() {
            return *chunk;
        }
        let chunk = self.chunks.len() as u32;
        self.chunks.push(None);
        self.with_room.push(chunk);
        chunk
    }

    /// Frees an entry. One empty chunk stays allocated for the next calls; when the last entry is freed, so is all
    /// memory but that of one chunk.
    pub(super) fn give_back(&mut self, index: u32) {
        let (chunk_index, bit) = place(index);
        let chunk = self.chunk(chunk_index);
        let was_full = chunk.taken == u64::MAX;
        chunk.taken &= !(1 << bit);
        let is_empty = chunk.taken == 0;
        self.len -= 1;
        if was_full {
            self.with_room.push(index / CHUNK);
        }
        if is_empty {
            self.empty += 1;
            self.shrink(chunk_index);
        }
    }

    fn shrink(&mut self, emptied: usize) {
        if self.len == 0 && self.chunks.len() > 1 {
            let kept = self.chunks[emptied].take();
            *self = Self { chunks: vec![kept], with_room: vec![0], empty: 1, len: 0 };
        } else if self.empty > 1 {
            self.chunks[emptied] = None;
            self.empty -= 1;
        }
    }

    fn chunk(&mut self, index: usize) -> &mut Chunk<T> {
        self.chunks[index].as_mut().expect("a chunk with an entry is there")
    }

    /// An entry that is in use.
    #[inline]
    pub(super) fn get(&mut self, index: u32) -> &mut T {
        let (chunk, bit) = place(index);
        &mut self.chunk(chunk).entries[bit]
    }

    /// Bytes on the heap.
    #[cfg(all(test, not(resilient_loom)))]
    pub(super) fn bytes(&self) -> usize {
        let chunks = self.chunks.iter().flatten().count() * size_of::<Chunk<T>>();
        chunks
            + self.chunks.capacity() * size_of::<Option<Box<Chunk<T>>>>()
            + self.with_room.capacity() * size_of::<u32>()
    }
}

#[inline]
const fn place(index: u32) -> (usize, usize) {
    ((index / CHUNK) as usize, (index % CHUNK) as usize)
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
                let there = slab.chunks.iter().flatten();
                prop_assert_eq!(there.clone().filter(|chunk| chunk.taken == 0).count(), slab.empty);
                prop_assert!(slab.empty <= 1);
                let has_room =
                    |chunk: &Option<Box<Chunk<u64>>>| chunk.as_ref().is_none_or(|chunk| chunk.taken != u64::MAX);
                let mut with_room = slab.with_room.clone();
                with_room.sort_unstable();
                let expected = (0..).zip(&slab.chunks).filter(|(_, chunk)| has_room(chunk)).map(|(index, _)| index);
                prop_assert_eq!(with_room, expected.collect::<Vec<u32>>());
            }
            for (index, number) in naive {
                prop_assert_eq!(*slab.get(index), number);
            }
        }
    }

    #[test]
    fn a_burst_leaves_a_chunk_behind() {
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
