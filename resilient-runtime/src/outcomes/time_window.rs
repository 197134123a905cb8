//! A window over time: the calls that ended in the current slice of a tenth of the window and the nine before it.

use std::time::Duration;

use crate::core::clock::Resolution;
use crate::core::sync::{AtomicU64, Mutex, MutexGuard, Ordering, PoisonError};
use crate::outcomes::call::{Call, NONE};
use crate::outcomes::good::{Collected, Counted};
use crate::outcomes::tally::Tally;

const SLICES: u32 = 10;

#[derive(Debug)]
pub(crate) struct TimeWindow {
    slicing: Slicing,
    /// The resolution at which calls are timed: coarse readings, if a slice is long, shift it by little.
    resolution: Resolution,
    past: Mutex<Past>,
    /// The generation of the window. The Release store at the end of `clear` pairs with the Acquire load in `only_counts`: a
    /// thread that reads its own generation sees the words of all threads as they were rewritten for it.
    generation: AtomicU64,
    /// The current slice while good calls in it need no lock; else [`NONE`].
    ///
    /// Stored under the lock by `record` and `clear` (Release), and paired with the Acquire load in `only_counts`: a thread
    /// that reads a slice counts after the words were collected for the slices before it. A thread that still reads an
    /// older value takes the lock, or counts its good call a moment too late, as one of the next slice.
    quiet: AtomicU64,
}

/// The collected calls of each slice.
#[derive(Debug, Default)]
pub(crate) struct Past {
    /// How many calls the window must hold before a rate counts.
    needed: u64,
    generation: u64,
    collected: Collected,
    /// The number of the current slice. It never decreases: a call whose clock is behind counts in the current slice.
    current: u64,
    slices: [Slice; SLICES as usize],
}

#[derive(Clone, Copy, Debug, Default)]
struct Slice {
    number: u64,
    tally: Tally,
}

/// Divides time into slices of a tenth of a window.
#[derive(Clone, Copy, Debug)]
struct Slicing {
    /// The slices in a millisecond, at most one, times 2^64 and rounded up: a multiplication takes a tenth of the time
    /// of a division.
    per_milli: u64,
}

impl Slicing {
    fn of(window: Duration) -> Self {
        let micros = window.as_micros().max(1);
        let per_milli = ((u128::from(SLICES) * 1_000) << 64).div_ceil(micros);
        Self { per_milli: u64::try_from(per_milli).unwrap_or(u64::MAX) }
    }

    /// The number of the slice at this millisecond. Rounding up makes a slice begin early, by a millisecond after 2^64
    /// / microseconds of the window: two years for a window of five minutes.
    #[inline]
    const fn number(self, now: u64) -> u64 {
        ((now as u128 * self.per_milli as u128) >> 64) as u64
    }
}

impl TimeWindow {
    pub(crate) fn new(span: Duration, needed: u64) -> Self {
        Self {
            slicing: Slicing::of(span),
            resolution: Resolution::for_spans_of(span / SLICES),
            past: Mutex::new(Past { needed, ..Past::default() }),
            generation: AtomicU64::new(0),
            quiet: AtomicU64::new(NONE),
        }
    }

    #[inline]
    pub(crate) const fn resolution(&self) -> Resolution {
        self.resolution
    }

    /// Whether a good call of this generation is only counted, by [`count_in`](crate::outcomes::good::count_in), if that succeeds.
    #[inline]
    pub(crate) fn only_counts(&self, generation: u64, now: u64) -> bool {
        self.quiet.load(Ordering::Acquire) == self.slicing.number(now)
            && self.generation.load(Ordering::Acquire) == generation
    }

    fn past(&self) -> MutexGuard<'_, Past> {
        self.past.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a call to the slice that is now, and returns what the window then holds; `None` if it belongs to another
    /// generation.
    #[cold]
    pub(crate) fn record<const N: usize>(
        &self,
        counted: Counted<'_, N>,
        generation: u64,
        call: Call,
        now: u64,
    ) -> Option<Tally> {
        self.visit(counted, generation, now, |past| past.add(call)).map(|((), tally)| tally)
    }

    /// Adds the good calls that threads have counted to the slice that was current, and goes on to the one that is now.
    /// Then `act` may look at the calls and add some, under the lock. Returns what the window holds after that; `None`
    /// if it belongs to another generation.
    #[inline]
    pub(crate) fn visit<const N: usize, R>(
        &self,
        counted: Counted<'_, N>,
        generation: u64,
        now: u64,
        act: impl FnOnce(&mut Past) -> R,
    ) -> Option<(R, Tally)> {
        let mut past = self.past();
        if past.generation != generation {
            return None;
        }
        let good_calls = past.collected.collect(counted, generation);
        past.current().total += good_calls;
        past.go_to(self.slicing.number(now));
        let result = act(&mut past);
        let tally = past.within();
        // A good call lowers every rate. It matters only if it completes the number of calls that a rate needs.
        let is_watched = tally.total < past.needed && tally.failed + tally.slow > 0;
        self.quiet.store(if is_watched { NONE } else { past.current }, Ordering::Release);
        Some((result, tally))
    }

    /// From now on a rate counts from so many calls on. The next call takes the lock.
    #[cfg(feature = "config")]
    pub(crate) fn need(&self, calls: u64) {
        let mut past = self.past();
        past.needed = calls;
        self.quiet.store(NONE, Ordering::Release);
    }

    /// Whether it holds no call of this generation.
    pub(crate) fn is_empty<const N: usize>(&self, counted: Counted<'_, N>, generation: u64, now: u64) -> bool {
        let mut past = self.past();
        let good_calls = past.collected.collect(counted, generation);
        past.current().total += good_calls;
        past.go_to(self.slicing.number(now));
        past.within().total == 0
    }

    pub(crate) fn clear<const N: usize>(&self, counted: Counted<'_, N>, generation: u64) {
        let mut past = self.past();
        past.generation = generation;
        past.slices = Default::default();
        past.collected.clear(counted, generation);
        // The next call takes the lock and begins a slice.
        self.quiet.store(NONE, Ordering::Release);
        self.generation.store(generation, Ordering::Release);
    }
}

impl Past {
    /// The tally of the current slice.
    fn current(&mut self) -> &mut Tally {
        let slice = &mut self.slices[usize::try_from(self.current % u64::from(SLICES)).unwrap_or(0)];
        if slice.number != self.current {
            *slice = Slice { number: self.current, tally: Tally::default() };
        }
        &mut slice.tally
    }

    fn go_to(&mut self, number: u64) {
        self.current = self.current.max(number);
    }

    /// Adds a call to the current slice.
    pub(crate) fn add(&mut self, call: Call) {
        self.current().add(call);
    }

    /// What the window holds.
    pub(crate) fn within(&self) -> Tally {
        let slices = self.slices.iter().filter(|slice| self.current - slice.number < u64::from(SLICES));
        slices.fold(Tally::default(), |sum, slice| sum + slice.tally)
    }

    /// What it will hold as time goes on without calls: the newest slice alone, the two newest, and so on to all.
    pub(crate) fn without_the_oldest(&self) -> impl Iterator<Item = Tally> {
        let slice_of = |number: u64| &self.slices[usize::try_from(number % u64::from(SLICES)).unwrap_or(0)];
        let newest = (0..u64::from(SLICES)).map_while(|age| self.current.checked_sub(age));
        newest.scan(Tally::default(), move |sum, number| {
            let slice = slice_of(number);
            *sum = if slice.number == number { *sum + slice.tally } else { *sum };
            Some(*sum)
        })
    }
}

impl Tally {
    fn add(&mut self, call: Call) {
        self.total += 1;
        self.failed += u64::from(call.failed);
        self.slow += u64::from(call.slow);
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn slices_are_numbered_as_by_a_division(
            micros in 10_000..1_u64 << 40,
            now in 0..1_u64 << 38,
        ) {
            let slicing = Slicing::of(Duration::from_micros(micros));
            let exact = |now: u64| u64::try_from(u128::from(now) * 10_000 / u128::from(micros)).unwrap();
            let number = slicing.number(now);
            prop_assert!(number == exact(now) || number == exact(now + 1), "a millisecond early at most");
            if u128::from(now) * u128::from(micros) < 1 << 64 && micros > 10_000 {
                prop_assert_eq!(number, exact(now));
            }
        }
    }

    #[test]
    fn slices_of_a_millisecond_have_different_numbers() {
        let slicing = Slicing::of(Duration::from_millis(10));
        assert!((1..100).all(|now| slicing.number(now) + 1 == slicing.number(now + 1)));
    }

    #[test]
    fn ten_slices_are_as_long_as_the_window_also_where_one_is_no_whole_millisecond() {
        for millis in [11, 15, 99, 101] {
            let slicing = Slicing::of(Duration::from_millis(millis));
            assert_eq!(slicing.number(1_000 * millis) - slicing.number(0), 10_000);
            assert_eq!(slicing.number(1_000 * millis - 1) - slicing.number(0), 9_999);
        }
    }
}
