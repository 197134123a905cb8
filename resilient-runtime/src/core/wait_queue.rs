//! A queue of those who wait: each has a place, from which it leaves in constant time.
//!
//! Items lie one after the other in chunks, and the chunks are a doubly linked list whose links are indices into a
//! table. Who leaves from the middle leaves a hole, which is not filled again: so the order is that of the places, and
//! leaving touches the item and the head of its chunk, but no neighbour. A chunk without items is freed. So an item takes
//! its own size and two bytes if few leave from the middle, and the size of a chunk if all others around it have.

/// A bit for each place of a chunk.
type Places = u16;

/// How many places a chunk has. Fewer would cost more allocations for each item, and a larger table; more would take more
/// memory where a few wait, or are left over.
const CHUNK: u32 = Places::BITS;

/// No chunk has this index.
const NONE: u32 = u32::MAX;

/// A first-in, first-out queue. An item keeps its place until it is [removed](Self::remove), also after it was the first
/// and has [left the order](Self::pop_front).
#[derive(Debug)]
pub(crate) struct WaitQueue<T> {
    table: Vec<Entry<T>>,
    /// The first free entry of the table, or [`NONE`].
    free: u32,
    /// The chunk of the first queued item, or the last chunk; [`NONE`] if there is no chunk.
    first: u32,
    /// The chunk for the next item, if it has room; [`NONE`] if there is no chunk. It is freed when another one follows.
    last: u32,
    /// The number of chunks.
    chunks: u32,
    /// The number of queued items.
    len: u32,
    #[cfg(test)]
    steps: u32,
}

/// An entry of the table.
#[derive(Debug)]
enum Entry<T> {
    Free {
        /// The next free one, or [`NONE`].
        next: u32,
    },
    Chunk(Box<Chunk<T>>),
}

/// A chunk is in the list as long as it has queued items, or is the last one.
#[derive(Debug)]
struct Chunk<T> {
    /// The places of queued items.
    queued: Places,
    /// The places of items that have left the order.
    kept: Places,
    /// The chunk before this one in the list, or [`NONE`].
    before: u32,
    /// The chunk after this one in the list, or [`NONE`].
    after: u32,
    items: [T; CHUNK as usize],
}

/// The place of one item, until it is removed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Place(u32);

impl Place {
    /// The index of its chunk, and its index there.
    const fn parts(&self) -> (u32, u32) {
        (self.0 / CHUNK, self.0 % CHUNK)
    }

    const fn of(index: u32, place: u32) -> Self {
        Self(index * CHUNK + place)
    }
}

impl<T: Default> Chunk<T> {
    #[cold]
    #[inline(never)]
    #[expect(clippy::unnecessary_box_returns, reason = "not to be on the stack of a caller")]
    fn after(before: u32) -> Box<Self> {
        let items = std::array::from_fn(|_| T::default());
        Box::new(Self { queued: 0, kept: 0, before, after: NONE, items })
    }
}

impl<T> Chunk<T> {
    const fn is_empty(&self) -> bool {
        self.queued | self.kept == 0
    }

    /// The place behind all that are taken, which is the next one to be given.
    const fn next(&self) -> u32 {
        Places::BITS - (self.queued | self.kept).leading_zeros()
    }
}

impl<T: Default> WaitQueue<T> {
    pub(crate) const fn new() -> Self {
        Self {
            table: Vec::new(),
            free: NONE,
            first: NONE,
            last: NONE,
            chunks: 0,
            len: 0,
            #[cfg(test)]
            steps: 0,
        }
    }

    /// How many are queued.
    pub(crate) const fn len(&self) -> usize {
        self.len as usize
    }

    /// Adds an item as the last one.
    ///
    /// # Panics
    ///
    /// If some four billion places are taken.
    pub(crate) fn push_back(&mut self, item: T) -> Place {
        if self.last == NONE || self.chunk(self.last).next() == CHUNK {
            self.add_chunk();
        }
        let index = self.last;
        self.len += 1;
        let chunk = self.chunk(index);
        let place = chunk.next();
        chunk.queued |= 1 << place;
        chunk.items[place as usize] = item;
        Place::of(index, place)
    }

    /// The place of the first one.
    pub(crate) fn first(&mut self) -> Option<Place> {
        if self.len == 0 {
            return None;
        }
        let index = self.first;
        Some(Place::of(index, self.chunk(index).queued.trailing_zeros()))
    }

    /// Takes the first one out of the order. The item keeps its place until it is removed.
    pub(crate) fn pop_front(&mut self) -> Option<&mut T> {
        let (index, place) = self.first()?.parts();
        self.len -= 1;
        let chunk = self.chunk(index);
        chunk.queued ^= 1 << place;
        chunk.kept |= 1 << place;
        if chunk.queued == 0 && index != self.last {
            self.unlink(index);
        }
        Some(&mut self.chunk(index).items[place as usize])
    }

    /// The item in a place.
    pub(crate) fn item(&mut self, place: &Place) -> &mut T {
        let (index, place) = place.parts();
        &mut self.chunk(index).items[place as usize]
    }

    /// Frees a place, and returns its item.
    #[expect(clippy::needless_pass_by_value, reason = "nobody has the place after that")]
    pub(crate) fn remove(&mut self, place: Place) -> T {
        let (index, place) = place.parts();
        let chunk = self.chunk(index);
        let item = std::mem::take(&mut chunk.items[place as usize]);
        let was_queued = chunk.queued & 1 << place != 0;
        chunk.queued &= !(1 << place);
        chunk.kept &= !(1 << place);
        let (has_none_queued, is_empty) = (chunk.queued == 0, chunk.is_empty());
        self.len -= u32::from(was_queued);
        if was_queued && has_none_queued && index != self.last {
            self.unlink(index);
        }
        if is_empty {
            self.free_chunk(index);
        }
        item
    }

    /// Adds a chunk as the last one.
    fn add_chunk(&mut self) {
        let before = self.last;
        let chunk = Entry::Chunk(Chunk::after(before));
        let index = self.free;
        if index == NONE {
            let index = u32::try_from(self.table.len()).ok().filter(|&index| index < NONE / CHUNK);
            self.last = index.expect("fewer wait");
            self.table.push(chunk);
        } else {
            self.last = index;
            if let Entry::Free { next } = std::mem::replace(&mut self.table[index as usize], chunk) {
                self.free = next;
            }
        }
        self.chunks += 1;
        if before == NONE {
            self.first = self.last;
            return;
        }
        self.chunk(before).after = self.last;
        if self.chunk(before).queued == 0 {
            self.unlink(before);
        }
    }

    /// Takes a chunk, which is not the last one, out of the list.
    fn unlink(&mut self, index: u32) {
        let Chunk { before, after, .. } = *self.chunk(index);
        self.chunk(after).before = before;
        if before == NONE {
            self.first = after;
        } else {
            self.chunk(before).after = after;
        }
    }

    /// Frees an empty chunk, but for the last one.
    fn free_chunk(&mut self, index: u32) {
        if index != self.last {
            self.table[index as usize] = Entry::Free { next: self.free };
            self.free = index;
            self.chunks -= 1;
        }
        if self.chunks == 1 && self.table.len() > 1 && self.chunk(self.last).is_empty() {
            self.shrink();
        }
    }

    /// Frees the table of a burst, whose last chunk alone is left, and is empty.
    #[cold]
    fn shrink(&mut self) {
        let last = self.table.swap_remove(self.last as usize);
        self.table = vec![last];
        (self.free, self.first, self.last) = (NONE, 0, 0);
    }

    fn chunk(&mut self, index: u32) -> &mut Chunk<T> {
        #[cfg(test)]
        {
            self.steps += 1;
        }
        match &mut self.table[index as usize] {
            Entry::Chunk(chunk) => chunk,
            Entry::Free { .. } => unreachable!("a chunk with an item is there"),
        }
    }

    /// How often a chunk was looked at.
    #[cfg(test)]
    pub(crate) const fn steps(&self) -> u64 {
        self.steps as u64
    }

    /// Bytes on the heap.
    #[cfg(test)]
    pub(crate) fn bytes(&self) -> usize {
        self.chunks as usize * size_of::<Chunk<T>>() + self.table.capacity() * size_of::<Entry<T>>()
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests;
