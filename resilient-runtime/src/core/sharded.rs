//! Words that are written often by many threads: nearly each thread has a shard of its own.
//!
//! A shard belongs to the [number](thread_number) of a thread. One thread writes to an owned shard, so that needs no
//! locked instruction and no cache line moves between cores. Threads whose numbers are beyond the owned shards are more
//! than the cores by far; they are spread over shards that several threads may write to.
//!
//! Shards are in chunks. The first is part of the whole; any other is allocated when a thread first needs it, and stays.
//! The whole has the places of the [`NEXT_CHUNKS`] after the first, too: these are found by one look-up, and programs on
//! up to 16 cores own no further ones.

use crate::core::cores::cores;
use crate::core::sync::{
    AtomicU64, NEXT_CHUNKS, OnceLock, Ordering, SHARDS_IN_A_CHUNK as CHUNK, owned_shards, shared_shards,
};
use crate::core::thread_number;

/// `N` words in each shard.
#[derive(Debug)]
pub(crate) struct Shards<const N: usize> {
    first: Chunk<N>,
    next: [Made<N>; NEXT_CHUNKS],
    further: OnceLock<Further<N>>,
}

/// The chunks after those.
#[derive(Debug)]
struct Further<const N: usize> {
    /// Of the owned shards that are left.
    owned: Box<[Made<N>]>,
    shared: Box<[Made<N>]>,
}

type Chunk<const N: usize> = [Shard<N>; CHUNK];

/// A chunk that is allocated when a thread first needs it.
type Made<const N: usize> = OnceLock<Box<Chunk<N>>>;

/// The shards that are found without [`Further`].
const NEAR: usize = (1 + NEXT_CHUNKS) * CHUNK;

/// Aligned to two cache lines, because processors prefetch lines in pairs.
#[derive(Debug)]
#[repr(align(128))]
struct Shard<const N: usize>([AtomicU64; N]);

/// The words to which the current thread writes.
#[derive(Clone, Copy)]
pub(crate) struct LocalWords<'a, const N: usize> {
    words: &'a [AtomicU64; N],
    /// Whether no other thread does.
    is_owned: bool,
}

impl<const N: usize> Shards<N> {
    pub(crate) fn new() -> Self {
        Self { first: chunk(), next: std::array::from_fn(|_| OnceLock::new()), further: OnceLock::new() }
    }

    /// The shard of the current thread.
    #[cfg(any(test, feature = "readings"))]
    pub(crate) fn local(&self) -> LocalWords<'_, N> {
        self.local_in_first().or_else(|| self.local_in_next()).unwrap_or_else(|| self.local_at_last())
    }

    /// The shard of the current thread if it is in the first chunk: one comparison says so.
    #[inline]
    pub(crate) fn local_in_first(&self) -> Option<LocalWords<'_, N>> {
        let number = thread_number::known();
        if number < CHUNK { Some(LocalWords::owned(&self.first[number].0)) } else { None }
    }

    /// The shard of the current thread if it is in one of the next chunks that is made.
    #[inline]
    pub(crate) fn local_in_next(&self) -> Option<LocalWords<'_, N>> {
        let number = thread_number::known();
        let chunk = self.next.get((number / CHUNK).wrapping_sub(1))?.get()?;
        Some(LocalWords::owned(&chunk[number % CHUNK].0))
    }

    /// The shard of the current thread, for which neither [`local_in_first`](Self::local_in_first) nor
    /// [`local_in_next`](Self::local_in_next) has one.
    pub(crate) fn local_at_last(&self) -> LocalWords<'_, N> {
        self.of_thread(thread_number::local())
    }

    fn of_thread(&self, number: usize) -> LocalWords<'_, N> {
        if let Some(shard) = self.first.get(number) {
            return LocalWords::owned(&shard.0);
        }
        match self.next.get(number / CHUNK - 1) {
            Some(chunk) => LocalWords::owned(&made(chunk)[number % CHUNK].0),
            None => self.further.get_or_init(Further::new).of_thread(number),
        }
    }

    /// Every shard that there is. Whether there are further ones is looked up after the first were read, so that who reads
    /// a count there finds the chunks that were made before it.
    fn shards(&self) -> impl Iterator<Item = &Shard<N>> {
        let further = std::iter::once_with(|| self.further.get()).flatten();
        let made = self.next.iter().chain(further.flat_map(Further::chunks)).filter_map(OnceLock::get);
        self.first.iter().chain(made.flat_map(|chunk| chunk.iter()))
    }

    /// The value of one word in every shard. The Acquire loads pair with the Release of [`LocalWords::add_one`] and
    /// [`LocalWords::update`]: who reads a count reads what was counted before it.
    pub(crate) fn all(&self, word: usize) -> impl Iterator<Item = u64> {
        self.shards().map(move |shard| shard.0[word].load(Ordering::Acquire))
    }

    /// Stores one word in every shard. The owner of a shard that loaded its word just before may overwrite this. A
    /// shard that a thread is just about to need, or needs later, begins with zeros.
    ///
    /// Relaxed: it publishes nothing but the number. Who has to find it orders that itself, as windows do, which store,
    /// sum and admit the first count under their lock.
    pub(crate) fn set_all(&self, word: usize, value: u64) {
        self.shards().for_each(|shard| shard.0[word].store(value, Ordering::Relaxed));
    }

    /// The sum of one word over all shards. The same as of [`all`](Self::all), with its orderings, in plain loops: chained
    /// iterators take several times as many instructions.
    pub(crate) fn sum(&self, word: usize) -> u64 {
        let of_chunk = |chunk: &Chunk<N>| {
            let mut sum = 0_u64;
            for shard in chunk {
                sum = sum.wrapping_add(shard.0[word].load(Ordering::Acquire));
            }
            sum
        };
        let mut sum = of_chunk(&self.first);
        for chunk in self.next.iter().filter_map(OnceLock::get) {
            sum = sum.wrapping_add(of_chunk(chunk));
        }
        if let Some(further) = self.further.get() {
            for chunk in further.chunks().filter_map(OnceLock::get) {
                sum = sum.wrapping_add(of_chunk(chunk));
            }
        }
        sum
    }
}

fn chunk<const N: usize>() -> Chunk<N> {
    std::array::from_fn(|_| Shard(std::array::from_fn(|_| AtomicU64::new(0))))
}

/// The chunk, which is allocated now if it was not yet.
fn made<const N: usize>(chunk: &Made<N>) -> &Chunk<N> {
    chunk.get_or_init(|| Box::new(self::chunk()))
}

impl<const N: usize> Further<N> {
    fn new() -> Self {
        Self::with(owned_shards(cores()), shared_shards(cores()))
    }

    /// With so many owned shards in all, and so many shared ones, both a multiple of [`CHUNK`].
    fn with(owned: usize, shared: usize) -> Self {
        let none_made = |shards: usize| (0..shards / CHUNK).map(|_| OnceLock::new()).collect();
        Self { owned: none_made(owned - NEAR), shared: none_made(shared) }
    }

    fn chunks(&self) -> impl Iterator<Item = &Made<N>> {
        self.owned.iter().chain(&self.shared)
    }

    /// The chunk of this thread's shard if that is owned.
    fn owned(&self, number: usize) -> Option<&Made<N>> {
        self.owned.get((number / CHUNK).wrapping_sub(NEAR / CHUNK))
    }

    fn of_thread(&self, number: usize) -> LocalWords<'_, N> {
        let owned = self.owned(number);
        // The further threads are spread over all shared shards.
        let shared = number / CHUNK % self.shared.len();
        let chunk = made(owned.unwrap_or(&self.shared[shared]));
        LocalWords { words: &chunk[number % CHUNK].0, is_owned: owned.is_some() }
    }
}

impl<'a, const N: usize> LocalWords<'a, N> {
    /// Words to which no other thread writes.
    #[inline]
    pub(crate) const fn owned(words: &'a [AtomicU64; N]) -> Self {
        Self { words, is_owned: true }
    }

    /// The words, and whether no other thread writes to them.
    #[cfg(feature = "readings")]
    pub(crate) const fn parts(self) -> (&'a [AtomicU64; N], bool) {
        (self.words, self.is_owned)
    }

    /// Words to which any thread may write.
    pub(crate) const fn shared(words: &'a [AtomicU64; N]) -> Self {
        Self { words, is_owned: false }
    }

    /// Adds one. Release pairs with the Acquire loads of [`Shards::all`]. The owner of a shard loads Relaxed what it
    /// stored itself, or what the last thread of its number stored, which its number's lock ordered before.
    #[inline]
    pub(crate) fn add_one(self, word: usize) {
        let word = &self.words[word];
        if self.is_owned {
            word.store(word.load(Ordering::Relaxed).wrapping_add(1), Ordering::Release);
        } else {
            word.fetch_add(1, Ordering::Release);
        }
    }

    /// Replaces a word by the result of `next`, and returns the word before; `Err` if `next` returns `None`.
    ///
    /// Release pairs with the Acquire loads of [`Shards::all`]. The load is Relaxed, in a shared shard too: only the number
    /// is used, whoever stored it. What others released there stays released: a read-modify-write continues their release
    /// sequence.
    #[inline]
    pub(crate) fn update(self, word: usize, next: impl Fn(u64) -> Option<u64>) -> Result<u64, u64> {
        let word = &self.words[word];
        if !self.is_owned {
            return word.fetch_update(Ordering::Release, Ordering::Relaxed, next);
        }
        let before = word.load(Ordering::Relaxed);
        let after = next(before).ok_or(before)?;
        word.store(after, Ordering::Release);
        Ok(before)
    }
}

#[cfg(all(test, resilient_loom))]
mod loom_tests;
#[cfg(all(test, not(resilient_loom)))]
mod tests;
