//! The outcomes that a rate is taken over: the last so many calls, or those of the last so much time.
//!
//! Every word carries the generation it was written in. One of an older generation counts as empty and is
//! overwritten, so that closing a breaker clears its window without touching it, and an outcome that comes back from
//! an older generation is dropped.

use std::time::Duration;

use crate::policy::breaker::gate::Generation;
use crate::policy::breaker::{Tally, WindowSpan};
use crate::sync::{AtomicU64, Ordering};

/// What a window remembers of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) failed: bool,
    pub(crate) slow: bool,
}

#[derive(Debug)]
pub(crate) enum Window {
    Calls(CountWindow),
    Time(Box<TimeWindow>),
}

impl Window {
    pub(crate) fn new(span: WindowSpan) -> Self {
        match span {
            WindowSpan::Calls(calls) => Self::Calls(CountWindow::new(calls)),
            WindowSpan::Time(span) => Self::Time(Box::new(TimeWindow::new(span))),
        }
    }

    /// Remembers a call, and tells what the window then holds. `now` is in milliseconds.
    pub(crate) fn record(&self, generation: Generation, call: Call, now: impl FnOnce() -> u64) -> Tally {
        match self {
            Self::Calls(window) => window.record(generation, call),
            Self::Time(window) => window.record(generation, call, now()),
        }
    }
}

/// Replaces `word` by `next(word)` until that succeeds, or until `next` has nothing to say.
fn update(word: &AtomicU64, next: impl Fn(u64) -> Option<u64>) -> Option<u64> {
    word.fetch_update(Ordering::AcqRel, Ordering::Acquire, next).ok()
}

/// A generation in the top bits of a word, and what is below it.
#[derive(Clone, Copy)]
struct Tagged;

impl Tagged {
    const SHIFT: u32 = 50;
    const REST: u64 = (1 << Self::SHIFT) - 1;

    const fn join(generation: Generation, rest: u64) -> u64 {
        generation.bits() << Self::SHIFT | rest & Self::REST
    }

    const fn generation(word: u64) -> Generation {
        Generation::from_bits(word >> Self::SHIFT)
    }

    /// What the word holds for `generation`: nothing if it is from an older one, `None` if from a newer.
    fn read(word: u64, generation: Generation) -> Option<u64> {
        let written = Self::generation(word);
        if written == generation {
            Some(word & Self::REST)
        } else if written.is_after(generation) {
            None
        } else {
            Some(0)
        }
    }
}

/// The last `size` calls, truly sliding: each new call takes the place of the oldest.
#[derive(Debug)]
pub(crate) struct CountWindow {
    size: u64,
    /// How many calls were recorded in this generation.
    recorded: AtomicU64,
    /// Two bits a call: failed (low half) and slow (high half).
    words: Box<[AtomicU64]>,
}

const CALLS_PER_WORD: u64 = 25;
const FAILED_BITS: u64 = (1 << CALLS_PER_WORD) - 1;

impl CountWindow {
    fn new(size: u32) -> Self {
        let size = u64::from(size.max(1));
        let words = (0..size.div_ceil(CALLS_PER_WORD)).map(|_| AtomicU64::new(0)).collect();
        Self { size, recorded: AtomicU64::new(0), words }
    }

    fn record(&self, generation: Generation, call: Call) -> Tally {
        let next = |word| Some(Tagged::join(generation, Tagged::read(word, generation)? + 1));
        let Some(before) = update(&self.recorded, next) else {
            return Tally::default();
        };
        let position = Tagged::read(before, generation).unwrap_or(0);
        self.write(generation, position % self.size, call);
        self.tally(generation, (position + 1).min(self.size))
    }

    fn write(&self, generation: Generation, slot: u64, call: Call) {
        let bit = slot % CALLS_PER_WORD;
        let place = (1 | 1 << CALLS_PER_WORD) << bit;
        let mark = (u64::from(call.failed) | u64::from(call.slow) << CALLS_PER_WORD) << bit;
        update(self.word(slot), |word| {
            let bits = Tagged::read(word, generation)?;
            Some(Tagged::join(generation, bits & !place | mark))
        });
    }

    fn word(&self, slot: u64) -> &AtomicU64 {
        let index = usize::try_from(slot / CALLS_PER_WORD).unwrap_or(usize::MAX);
        &self.words[index]
    }

    fn tally(&self, generation: Generation, total: u64) -> Tally {
        let mut tally = Tally { total, ..Tally::default() };
        for word in &self.words {
            let bits = Tagged::read(word.load(Ordering::Acquire), generation).unwrap_or(0);
            tally.failed += u64::from((bits & FAILED_BITS).count_ones());
            tally.slow += u64::from((bits >> CALLS_PER_WORD).count_ones());
        }
        tally
    }
}

/// The calls that ended in the current bucket of time and the nine before it.
#[derive(Debug)]
pub(crate) struct TimeWindow {
    /// The length of a bucket in milliseconds.
    bucket: u64,
    buckets: [Bucket; BUCKETS],
}

const BUCKETS: usize = 10;

/// Each word: a generation, the number of the bucket's time slice, and a count.
#[derive(Debug, Default)]
struct Bucket {
    total: AtomicU64,
    failed: AtomicU64,
    slow: AtomicU64,
}

/// A slice's number and a count below the generation. The number wraps after 2^28 buckets: a bucket would be mistaken
/// for a new one only if the breaker had been left alone for exactly that long (three days with buckets of 1 ms).
const COUNT_BITS: u32 = 22;
const COUNT_MAX: u64 = (1 << COUNT_BITS) - 1;
const SLICE_MAX: u64 = (1 << (Tagged::SHIFT - COUNT_BITS)) - 1;

impl TimeWindow {
    fn new(span: Duration) -> Self {
        let bucket = span.as_millis().div_ceil(BUCKETS as u128).max(1);
        Self { bucket: u64::try_from(bucket).unwrap_or(u64::MAX), buckets: Default::default() }
    }

    fn record(&self, generation: Generation, call: Call, now: u64) -> Tally {
        let slice = now / self.bucket;
        let bucket = &self.buckets[usize::try_from(slice % BUCKETS as u64).unwrap_or(0)];
        // A bucket that is full stays as it is: its four million calls are sample enough.
        if add_one(&bucket.total, generation, slice) {
            if call.failed {
                add_one(&bucket.failed, generation, slice);
            }
            if call.slow {
                add_one(&bucket.slow, generation, slice);
            }
        }
        self.tally(generation, slice)
    }

    fn tally(&self, generation: Generation, slice: u64) -> Tally {
        let mut tally = Tally::default();
        for bucket in &self.buckets {
            tally.total += count_within(&bucket.total, generation, slice);
            tally.failed += count_within(&bucket.failed, generation, slice);
            tally.slow += count_within(&bucket.slow, generation, slice);
        }
        tally
    }
}

/// Counts one in this slice of time, forgetting what the word held of an older one. Whether it was counted.
fn add_one(word: &AtomicU64, generation: Generation, slice: u64) -> bool {
    let slice = slice & SLICE_MAX;
    update(word, |word| {
        let rest = Tagged::read(word, generation)?;
        let count = if rest >> COUNT_BITS == slice { rest & COUNT_MAX } else { 0 };
        (count < COUNT_MAX).then(|| Tagged::join(generation, slice << COUNT_BITS | (count + 1)))
    })
    .is_some()
}

fn count_within(word: &AtomicU64, generation: Generation, slice: u64) -> u64 {
    let rest = Tagged::read(word.load(Ordering::Acquire), generation).unwrap_or(0);
    let age = slice.wrapping_sub(rest >> COUNT_BITS) & SLICE_MAX;
    if age < BUCKETS as u64 { rest & COUNT_MAX } else { 0 }
}

#[cfg(test)]
#[path = "window_tests.rs"]
mod tests;
