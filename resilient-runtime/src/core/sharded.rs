//! Words that are written often by many threads: nearly each thread has a shard of its own.
//!
//! A shard belongs to the [number](thread_number) of a thread. One thread writes to an owned shard, so that needs no
//! locked instruction and no cache line moves between cores. Threads whose numbers are beyond the owned shards are more
//! than the cores by far; they are spread over shards that several threads may write to.
//!
//! Shards are in chunks. The first is part of the whole; any other is allocated when a thread first needs it, and stays.

use crate::core::cores::cores;
use crate::core::sync::{AtomicU64, OnceLock, Ordering, SHARDS_IN_A_CHUNK as CHUNK, owned_shards, shared_shards};
use crate::core::thread_number;

/// `N` words in each shard.
#[derive(Debug)]
pub(crate) struct Shards<const N: usize> {
    first: Chunk<N>,
    further: OnceLock<Further<N>>,
}

/// The chunks after the first.
#[derive(Debug)]
struct Further<const N: usize> {
    /// Of all owned shards by their thread's number. The first is never made: it stands for the one that is part of the
    /// whole.
    owned: Box<[OnceLock<Box<Chunk<N>>>]>,
    /// Of the shared shards.
    shared: Box<[OnceLock<Box<Chunk<N>>>]>,
}

type Chunk<const N: usize> = [Shard<N>; CHUNK];

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
        Self { first: chunk(), further: OnceLock::new() }
    }

    /// The shard of the current thread.
    #[cfg(test)]
    pub(crate) fn local(&self) -> LocalWords<'_, N> {
        self.local_in_first().or_else(|| self.local_in_further()).unwrap_or_else(|| self.local_at_last())
    }

    /// The shard of the current thread if it is in the first chunk: one comparison says so.
    #[inline]
    pub(crate) fn local_in_first(&self) -> Option<LocalWords<'_, N>> {
        let number = thread_number::known();
        if number < CHUNK { Some(LocalWords { words: &self.first[number].0, is_owned: true }) } else { None }
    }

    /// The shard of the current thread if it is owned and in a further chunk that is made.
    #[inline]
    pub(crate) fn local_in_further(&self) -> Option<LocalWords<'_, N>> {
        self.further.get()?.owned(thread_number::known())
    }

    /// The shard of the current thread, for which neither [`local_in_first`](Self::local_in_first) nor
    /// [`local_in_further`](Self::local_in_further) has one.
    pub(crate) fn local_at_last(&self) -> LocalWords<'_, N> {
        self.of_thread(thread_number::local())
    }

    fn of_thread(&self, number: usize) -> LocalWords<'_, N> {
        match self.first.get(number) {
            Some(shard) => LocalWords { words: &shard.0, is_owned: true },
            None => self.further.get_or_init(Further::new).of_thread(number),
        }
    }

    /// Every shard that there is. Whether there are further ones is looked up after the first were read, so that who reads
    /// a count there finds the chunks that were made before it.
    fn shards(&self) -> impl Iterator<Item = &Shard<N>> {
        let further = std::iter::once_with(|| self.further.get()).flatten();
        let made = further.flat_map(Further::chunks).filter_map(OnceLock::get);
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

impl<const N: usize> Further<N> {
    fn new() -> Self {
        Self::with(owned_shards(cores()), shared_shards(cores()))
    }

    /// With so many owned and so many shared shards, both a multiple of [`CHUNK`].
    fn with(owned: usize, shared: usize) -> Self {
        let none_made = |shards: usize| (0..shards / CHUNK).map(|_| OnceLock::new()).collect();
        Self { owned: none_made(owned), shared: none_made(shared) }
    }

    fn chunks(&self) -> impl Iterator<Item = &OnceLock<Box<Chunk<N>>>> {
        self.owned.iter().chain(&self.shared)
    }

    /// The shard of this thread if it is owned and exists.
    #[inline]
    fn owned(&self, number: usize) -> Option<LocalWords<'_, N>> {
        let chunk = self.owned.get(number / CHUNK)?.get()?;
        Some(LocalWords { words: &chunk[number % CHUNK].0, is_owned: true })
    }

    fn of_thread(&self, number: usize) -> LocalWords<'_, N> {
        let owned = self.owned.get(number / CHUNK);
        // The further threads are spread over all shared shards.
        let shared = number / CHUNK % self.shared.len();
        let chunk = owned.unwrap_or(&self.shared[shared]).get_or_init(|| Box::new(chunk()));
        LocalWords { words: &chunk[number % CHUNK].0, is_owned: owned.is_some() }
    }
}

impl<'a, const N: usize> LocalWords<'a, N> {
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
