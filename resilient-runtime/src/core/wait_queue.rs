//! A queue of those who wait: each has a place, from which it leaves in constant time.
//!
//! Items lie one after the other in chunks, and the chunks are a doubly linked list in a table, whose links are indices.
//! Who leaves from the middle leaves a hole, which is not filled again: so the order is that of the places, and leaving
//! touches the item and its chunk's entry in the table, but no neighbour. The items of a chunk are freed with the last of
//! them. So an item takes its own size and a byte or two if few leave from the middle, and the size of a chunk if all
//! others around it have.

/// A bit for each place of a chunk.
type Places = u64;

/// How many places a chunk has. Fewer would cost more allocations for each item, and a larger table; more would take more
/// memory where few are left over.
const CHUNK: u32 = Places::BITS;

/// How many places the first chunk has, so that a queue in which a few wait is small: there may be one for each key.
const FIRST_CHUNK: u32 = 16;

/// No chunk has this index.
const NONE: u32 = u32::MAX;

/// A first-in, first-out queue. An item keeps its place until it is [removed](Self::remove), also after it was the first
/// and has [left the order](Self::pop_front).
#[derive(Debug)]
pub(crate) struct WaitQueue<T> {
    table: Vec<Chunk<T>>,
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

/// An entry of the table. It is in the list as long as it has queued items, or is the last chunk.
#[derive(Debug)]
struct Chunk<T> {
    /// One for each place. Empty if the entry is free.
    items: Box<[T]>,
    /// The places of queued items.
    queued: Places,
    /// The places of items that have left the order.
    kept: Places,
    /// The chunk before this one in the list, or [`NONE`].
    before: u32,
    /// The chunk after this one in the list, or the free entry after this one, or [`NONE`].
    after: u32,
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
    /// A chunk with so many places.
    fn after(before: u32, places: u32) -> Self {
        let items = (0..places).map(|_| T::default()).collect();
        Self { items, queued: 0, kept: 0, before, after: NONE }
    }
}

impl<T> Chunk<T> {
    const fn is_empty(&self) -> bool {
        self.queued | self.kept == 0
    }

    const fn is_full(&self) -> bool {
        self.next() as usize == self.items.len()
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
        if self.last == NONE || self.chunk(self.last).is_full() {
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
        if chunk.queued == 0 {
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
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "a fifth of the time in which a call gives up")]
    #[expect(clippy::needless_pass_by_value, reason = "nobody has the place after that")]
    pub(crate) fn remove(&mut self, place: Place) -> T {
        let (index, place) = place.parts();
        let chunk = self.chunk(index);
        let item = std::mem::take(&mut chunk.items[place as usize]);
        let bit = 1 << place;
        let was_queued = chunk.queued & bit != 0;
        chunk.queued &= !bit;
        chunk.kept &= !bit;
        let is_any_queued = chunk.queued != 0;
        self.len -= u32::from(was_queued);
        if !is_any_queued {
            self.removed_from(index, was_queued);
        }
        item
    }

    /// An item was removed from this chunk, in which none is queued any more.
    #[inline(never)]
    fn removed_from(&mut self, index: u32, was_queued: bool) {
        if was_queued {
            self.unlink(index);
        }
        if self.chunk(index).is_empty() {
            self.free_chunk(index);
        }
    }

    /// Adds a chunk as the last one.
    #[cold]
    #[inline(never)]
    fn add_chunk(&mut self) {
        if self.table.is_empty() {
            self.table = Vec::with_capacity(1);
            self.table.push(Chunk::after(NONE, FIRST_CHUNK));
            (self.first, self.last, self.chunks) = (0, 0, 1);
            return;
        }
        let before = self.last;
        let chunk = Chunk::after(before, CHUNK);
        if self.free == NONE {
            let index = u32::try_from(self.table.len()).ok().filter(|&index| index < NONE / CHUNK);
            self.last = index.expect("fewer wait");
            self.table.push(chunk);
        } else {
            self.last = self.free;
            self.free = std::mem::replace(self.chunk(self.last), chunk).after;
        }
        self.chunks += 1;
        self.chunk(before).after = self.last;
        if self.chunk(before).queued == 0 {
            self.unlink(before);
        }
    }

    /// Takes a chunk, in which none is queued, out of the list, but for the last one.
    fn unlink(&mut self, index: u32) {
        if index == self.last {
            return;
        }
        let Chunk { before, after, .. } = *self.chunk(index);
        self.chunk(after).before = before;
        if before == NONE {
            self.first = after;
        } else {
            self.chunk(before).after = after;
        }
    }

    /// Frees an empty chunk, but for the last one. If that alone is left after a burst, and is empty, everything is freed.
    fn free_chunk(&mut self, index: u32) {
        if index != self.last {
            let free = std::mem::replace(&mut self.free, index);
            let chunk = self.chunk(index);
            chunk.after = free;
            // Nothing is left in the items, and this way none is looked at to be dropped.
            std::mem::take(&mut chunk.items).into_iter().for_each(std::mem::forget);
            self.chunks -= 1;
        }
        if self.chunks == 1 && self.table.len() > 1 && self.chunk(self.last).is_empty() {
            self.table = Vec::new();
            (self.free, self.first, self.last, self.chunks) = (NONE, NONE, NONE, 0);
        }
    }

    fn chunk(&mut self, index: u32) -> &mut Chunk<T> {
        #[cfg(test)]
        {
            self.steps += 1;
        }
        &mut self.table[index as usize]
    }

    /// How often a chunk was looked at.
    #[cfg(test)]
    pub(crate) const fn steps(&self) -> u64 {
        self.steps as u64
    }

    /// Bytes on the heap.
    #[cfg(test)]
    pub(crate) fn bytes(&self) -> usize {
        let items: usize = self.table.iter().map(|chunk| size_of_val(&*chunk.items)).sum();
        items + self.table.capacity() * size_of::<Chunk<T>>()
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests;
