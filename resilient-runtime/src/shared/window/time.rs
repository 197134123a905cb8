//! The calls that ended in the current slice of time and the nine before it.

use std::time::Duration;

use crate::clock::Grain;
use crate::policy::breaker::Tally;
use crate::policy::breaker::gate::Generation;
use crate::shared::window::{Call, Clear, Counted, Locked, Tagged};
use crate::sync::{AtomicU64, Ordering};

const SLICES: usize = 10;

#[derive(Debug)]
pub(crate) struct TimeWindow {
    slices: Slices,
    /// The calls it must hold before it judges.
    needed: u64,
    past: Locked<Past>,
    /// The slice of the last bad call and one more, tagged; zero if there was none.
    last_bad: AtomicU64,
}

/// What each slice holds but for the good calls that threads still count.
#[derive(Debug, Default)]
struct Past([Slice; SLICES]);

#[derive(Clone, Copy, Debug, Default)]
struct Slice {
    number: u64,
    tally: Tally,
}

/// Time in slices of so many milliseconds.
#[derive(Clone, Copy, Debug)]
struct Slices {
    millis: u64,
    /// 2^64 over the length, rounded up: to multiply by it takes a tenth of the time of a division.
    reciprocal: u64,
}

impl Slices {
    const fn of(millis: u64) -> Self {
        Self { millis, reciprocal: (u64::MAX / millis).saturating_add(1) }
    }

    /// The number of the slice. Rounding up shows only after 2^64 / `millis` milliseconds, 160 years for slices of an
    /// hour; after that one may begin a little early, which harms no window.
    #[inline]
    const fn number(self, now: u64) -> u64 {
        ((now as u128 * self.reciprocal as u128) >> 64) as u64
    }
}

/// A thread's word: below the generation the number of the slice it counts in, and the count.
///
/// The number wraps after 2^28 slices: a word would be mistaken for a new one only if its thread had left the breaker
/// alone for exactly that long (three days with slices of 1 ms).
const COUNT_BITS: u32 = 22;
const COUNT_MAX: u64 = (1 << COUNT_BITS) - 1;
const NUMBER_MAX: u64 = (1 << (Tagged::SHIFT - COUNT_BITS)) - 1;

impl TimeWindow {
    pub(super) fn new(span: Duration, needed: u64) -> Self {
        let slice = span.as_millis().div_ceil(SLICES as u128).max(1);
        Self {
            slices: Slices::of(u64::try_from(slice).unwrap_or(u64::MAX)),
            needed,
            past: Locked::new(Past::default()),
            last_bad: AtomicU64::new(0),
        }
    }

    /// A slice that begins a little late is as good as any.
    #[inline]
    pub(super) fn grain(&self) -> Grain {
        Grain::for_spans_of(Duration::from_millis(self.slices.millis))
    }

    #[inline]
    pub(super) fn count<const N: usize>(&self, counted: Counted<'_, N>, generation: Generation, now: u64) -> bool {
        let number = self.slices.number(now);
        // A good call can make a rate rise only by being the one that was needed to judge.
        let may_judge = |mine| mine <= self.needed && self.is_bad_within(generation, number);
        self.count_good(counted, generation, number).is_some_and(may_judge)
    }

    /// Counts a good call in the thread's word, and returns what that counts then.
    fn count_good<const N: usize>(&self, counted: Counted<'_, N>, generation: Generation, number: u64) -> Option<u64> {
        let next = |word| counted_on(word, Tagged::read(word, generation)?, number);
        match counted.shards.mine().update(counted.word, next) {
            Ok(before) => Some((before & COUNT_MAX) + 1),
            Err(_) => self.start_slice(counted, generation, number),
        }
    }

    /// Puts what the thread counted in an earlier slice behind the lock, and starts to count in this one.
    #[cold]
    fn start_slice<const N: usize>(&self, counted: Counted<'_, N>, generation: Generation, number: u64) -> Option<u64> {
        // Held until the word is replaced, so that nobody counts the calls twice or not at all.
        let mut past = self.past.of(generation)?;
        let first = Tagged::join(generation, (number & NUMBER_MAX) << COUNT_BITS | 1);
        // Whoever shares the word may have begun the slice meanwhile, or a newer one.
        let next = |word| Some(counted_on(word, Tagged::read(word, generation)?, number).unwrap_or(first));
        let before = counted.shards.mine().update(counted.word, next).ok()?;
        let rest = Tagged::read(before, generation)?;
        if counted_on(before, rest, number).is_some() {
            return Some((rest & COUNT_MAX) + 1);
        }
        let age = number.wrapping_sub(rest >> COUNT_BITS) & NUMBER_MAX;
        if let Some(slice) = number.checked_sub(age).and_then(|number| past.slice(number)) {
            slice.tally.total += rest & COUNT_MAX;
        }
        Some(1)
    }

    /// Puts a bad call into its slice, and tells what the window then holds.
    #[cold]
    pub(super) fn collect<const N: usize>(
        &self,
        counted: Counted<'_, N>,
        generation: Generation,
        call: Call,
        now: u64,
    ) -> Option<Tally> {
        let number = self.slices.number(now);
        let mut past = self.past.of(generation)?;
        if !call.is_good() {
            if let Some(Slice { tally, .. }) = past.slice(number) {
                tally.total += 1;
                tally.failed += u64::from(call.failed);
                tally.slow += u64::from(call.slow);
            }
            self.last_bad.store(Tagged::join(generation, number + 1), Ordering::Release);
        }
        Some(past.within(number) + counting(counted, generation, number))
    }

    fn is_bad_within(&self, generation: Generation, number: u64) -> bool {
        let last_bad = Tagged::read(self.last_bad.load(Ordering::Acquire), generation).unwrap_or(0);
        last_bad != 0 && (number + 1).saturating_sub(last_bad) < SLICES as u64
    }
}

/// The word with one call more, if it counts in this slice; or in a newer one, where a thread that read the clock a
/// moment earlier counts as well. A word that is full stays as it is: its four million calls are sample enough.
const fn counted_on(word: u64, rest: u64, number: u64) -> Option<u64> {
    let is_current = (rest >> COUNT_BITS).wrapping_sub(number) & NUMBER_MAX < NUMBER_MAX / 2;
    match rest & COUNT_MAX {
        0 => None,
        _ if !is_current => None,
        COUNT_MAX => Some(word),
        _ => Some(word + 1),
    }
}

/// The good calls that threads still count, of the slices within the window.
fn counting<const N: usize>(counted: Counted<'_, N>, generation: Generation, number: u64) -> Tally {
    let within = |rest: &u64| number.wrapping_sub(rest >> COUNT_BITS) & NUMBER_MAX < SLICES as u64;
    let words = counted.shards.all(counted.word).filter_map(|word| Tagged::read(word, generation)).filter(within);
    Tally { total: words.map(|rest| rest & COUNT_MAX).sum(), ..Tally::default() }
}

impl Past {
    /// The slice of this number, empty if its place held an older one; `None` if it holds a newer one.
    fn slice(&mut self, number: u64) -> Option<&mut Slice> {
        let slice = &mut self.0[usize::try_from(number % SLICES as u64).unwrap_or(0)];
        if slice.number < number {
            *slice = Slice { number, tally: Tally::default() };
        }
        (slice.number == number).then_some(slice)
    }

    fn within(&self, number: u64) -> Tally {
        let slices = self.0.iter().filter(|slice| number.wrapping_sub(slice.number) < SLICES as u64);
        slices.fold(Tally::default(), |sum, slice| sum + slice.tally)
    }
}

impl Clear for Past {
    fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn slices_are_numbered_as_by_a_division(millis in 2..1_u64 << 28, number in 0..1_u64 << 33, within in any::<u64>()) {
            let slices = Slices::of(millis);
            let begin = (number * millis).min(1 << 34) / millis * millis;
            for now in [begin, begin + within % millis, begin + millis - 1] {
                prop_assert_eq!(slices.number(now), begin / millis);
            }
        }
    }

    #[test]
    fn a_word_that_is_full_stays_as_it_is() {
        let full = 7 << COUNT_BITS | COUNT_MAX;
        assert_eq!(counted_on(full - 1, full - 1, 7), Some(full));
        assert_eq!(counted_on(full, full, 7), Some(full));
    }

    #[test]
    fn slices_of_a_millisecond_are_told_apart() {
        let slices = Slices::of(1);
        assert!((1..100).all(|now| slices.number(now) + 1 == slices.number(now + 1)));
    }
}
