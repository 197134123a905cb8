//! A delay that adjusts itself so that a given share of the calls ends sooner.
//!
//! Until 100 first attempts have succeeded, their durations are collected; their percentile is the first delay. From then
//! on only one thing about a call counts: whether its first attempt outlasted the delay. One that did makes the delay a
//! little longer, one that did not makes it shorter by so much less that the two balance where the share is right. This
//! is the stochastic approximation of Robbins and Monro (1951) with steps relative to the delay, so it follows a server
//! that becomes slower or faster.
//!
//! Only first attempts count, those that a hedge overtook included: a percentile of the winners would be that of calls
//! which are quicker, and ask for more hedges than it should.

use crate::core::sync::{AtomicU64, Mutex, Ordering, PoisonError};

/// So many first attempts are seen before the first hedge.
const SAMPLES: usize = 100;
/// How much the delay grows for each call that outlasts it, if all calls should end sooner.
const STEP: f64 = 0.04;
const SHORTEST: f64 = 1_000.0;
const LONGEST: f64 = 86_400e9;

/// A share of the calls, and the delay that so many end before, in nanoseconds.
#[derive(Debug)]
pub(super) struct Percentile {
    share: f64,
    /// The bits of an `f64`, because its steps can be less than a nanosecond; zero while it is not known. All accesses are
    /// Relaxed, because a delay says nothing about other memory.
    delay: AtomicU64,
    /// The durations of the first calls; empty once the delay is known.
    samples: Mutex<Vec<u64>>,
}

impl Percentile {
    /// `share` is between 0 and 1. An `initial` delay of zero stands for none.
    #[expect(clippy::cast_precision_loss, reason = "a day in nanoseconds fits in 53 bits")]
    #[allow(clippy::missing_const_for_fn, reason = "the atomics of loom are not made in constants")]
    pub(super) fn new(share: f64, initial: u64) -> Self {
        Self { share, delay: AtomicU64::new((initial as f64).to_bits()), samples: Mutex::new(Vec::new()) }
    }

    /// The delay, once it is known.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to a day")]
    pub(super) fn delay(&self) -> Option<u64> {
        let delay = f64::from_bits(self.delay.load(Ordering::Relaxed));
        (delay > 0.0).then_some(delay as u64)
    }

    /// The first attempt of a call succeeded before a hedge was due.
    pub(super) fn ended_sooner(&self) {
        self.adjust(self.share - 1.0);
    }

    /// The first attempt of a call was still running when a hedge was due.
    pub(super) fn outlasted(&self) {
        self.adjust(self.share);
    }

    fn adjust(&self, by: f64) {
        let adjusted = |delay| f64::from_bits(delay) * (1.0 + STEP * by);
        let bits = |delay| Some(adjusted(delay).clamp(SHORTEST, LONGEST).to_bits());
        let _ = self.delay.fetch_update(Ordering::Relaxed, Ordering::Relaxed, bits);
    }

    /// The first attempt of a call that began while the delay was not known succeeded after so long.
    #[cold]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a hundred"
    )]
    pub(super) fn sample(&self, duration: u64) {
        let mut samples = self.samples.lock().unwrap_or_else(PoisonError::into_inner);
        if self.delay().is_some() {
            return;
        }
        samples.push(duration);
        if samples.len() == SAMPLES {
            samples.sort_unstable();
            let index = (SAMPLES as f64 * self.share) as usize;
            let delay = (samples[index.min(SAMPLES - 1)] as f64).clamp(SHORTEST, LONGEST);
            self.delay.store(delay.to_bits(), Ordering::Relaxed);
            *samples = Vec::new();
        }
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests {
    use super::*;

    /// Uniform in 0 to 1, by a linear congruential generator.
    struct Random(u64);

    impl Random {
        #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
        fn unit(&mut self) -> f64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 11) as f64 / (1_u64 << 53) as f64
        }

        /// Exponentially distributed with this mean, in nanoseconds.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "far from both ends")]
        fn duration(&mut self, mean: f64) -> u64 {
            (-mean * (1.0 - self.unit()).ln()) as u64
        }
    }

    /// The share of so many calls that outlast the delay.
    fn hedged(percentile: &Percentile, random: &mut Random, calls: u32, mean: f64) -> f64 {
        let mut hedged = 0;
        for _ in 0..calls {
            let duration = random.duration(mean);
            match percentile.delay() {
                Some(delay) if duration >= delay => {
                    hedged += 1;
                    percentile.outlasted();
                }
                Some(_) => percentile.ended_sooner(),
                None => percentile.sample(duration),
            }
        }
        f64::from(hedged) / f64::from(calls)
    }

    #[test]
    fn the_share_that_was_asked_for_is_hedged() {
        for share in [0.5, 0.9, 0.95, 0.99, 0.999] {
            let percentile = Percentile::new(share, 0);
            let mut random = Random(7);
            hedged(&percentile, &mut random, 10_000, 5e6);
            let hedged = hedged(&percentile, &mut random, 200_000, 5e6);
            let wanted = 1.0 - share;
            assert!((hedged / wanted - 1.0).abs() < 0.05, "{hedged} and not {wanted}");
        }
    }

    #[test]
    fn it_follows_a_server_that_becomes_slower_and_faster() {
        let percentile = Percentile::new(0.9, 0);
        let mut random = Random(3);
        for mean in [1e6, 20e6, 0.5e6] {
            hedged(&percentile, &mut random, 2_000, mean);
            let hedged = hedged(&percentile, &mut random, 20_000, mean);
            assert!((0.08..0.12).contains(&hedged), "{hedged} at {mean}");
        }
    }

    #[test]
    fn there_is_no_delay_before_a_hundred_calls_and_then_their_percentile() {
        let percentile = Percentile::new(0.95, 0);
        for duration in 1..100 {
            percentile.sample(duration * 1_000_000);
            assert_eq!(percentile.delay(), None);
        }
        percentile.sample(100_000_000);
        assert_eq!(percentile.delay(), Some(96_000_000));
    }

    #[test]
    fn an_initial_delay_is_used_from_the_first_call_on() {
        let percentile = Percentile::new(0.95, 200_000_000);
        assert_eq!(percentile.delay(), Some(200_000_000));
        percentile.outlasted();
        assert!(percentile.delay() > Some(200_000_000));
    }

    #[test]
    fn a_delay_never_ends_and_never_grows_without_bound() {
        let percentile = Percentile::new(0.5, 5_000);
        (0..100_000).for_each(|_| percentile.ended_sooner());
        assert_eq!(percentile.delay(), Some(1_000));
        (0..100_000).for_each(|_| percentile.outlasted());
        assert_eq!(percentile.delay(), Some(86_400_000_000_000));
    }
}
