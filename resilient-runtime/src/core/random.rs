//! Random numbers for jitter. They are cheap and evenly spread, and not secret. No other file uses `rand`.
//! [`SplitMix64`] gives the same numbers for a seed in every version.

use std::cell::RefCell;
use std::hash::{BuildHasher, RandomState};

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use crate::core::process;

/// A generator, and the process that seeded it: after a `fork`, a child must not draw the numbers of its parent.
struct Rng {
    process: u32,
    numbers: SmallRng,
}

impl Rng {
    /// Seeds from the keys of the standard hash maps, which come from the operating system's randomness. A child has
    /// the same keys as its parent, so the process identifier is added.
    fn seeded(process: u32) -> Self {
        Self { process, numbers: SmallRng::seed_from_u64(RandomState::new().hash_one(process)) }
    }
}

thread_local! {
    static RNG: RefCell<Rng> = RefCell::new(Rng::seeded(process::id()));
}

#[cfg(test)]
thread_local! {
    /// In a test, the number that is drawn on this thread, if it is fixed.
    pub(crate) static FIXED: std::cell::Cell<Option<f64>> = const { std::cell::Cell::new(None) };
}

/// Uniform in `[0, 1)`.
pub(crate) fn unit() -> f64 {
    #[cfg(test)]
    if let Some(fixed) = FIXED.get() {
        return fixed;
    }
    #[cfg(feature = "testing")]
    if let Some(scope) = crate::core::scope::current() {
        return scope.unit();
    }
    RNG.with_borrow_mut(|rng| {
        let process = process::id();
        if rng.process != process {
            *rng = Rng::seeded(process);
        }
        rng.numbers.random()
    })
}

/// The generator `SplitMix64`, whose numbers depend on the seed alone: the same on every machine and in every version
/// of this library. From Steele, Lea and Flood, [Fast Splittable Pseudorandom Number
/// Generators](https://doi.org/10.1145/2660193.2660195), with the constants of Vigna's `splitmix64.c`.
#[derive(Clone, Debug)]
pub(crate) struct SplitMix64(u64);

impl SplitMix64 {
    pub(crate) const fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Uniform in `[0, 1)`: the upper 53 bits, as many as an `f64` holds.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
    pub(crate) const fn unit(&mut self) -> f64 {
        const STEP: f64 = 1.0 / (1_u64 << 53) as f64;
        (self.next() >> 11) as f64 * STEP
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From the reference implementation, <https://prng.di.unimi.it/splitmix64.c>, seeded with 1234567.
    #[test]
    fn the_numbers_of_a_seed_are_those_of_the_reference() {
        let mut numbers = SplitMix64::seeded(1_234_567);
        let first = [numbers.next(), numbers.next(), numbers.next(), numbers.next(), numbers.next()];
        assert_eq!(
            first,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423,
                4_593_380_528_125_082_431,
                16_408_922_859_458_223_821,
            ]
        );
        let units = (0..1_000).map(|_| numbers.unit());
        assert!(units.into_iter().all(|unit| (0.0..1.0).contains(&unit)));
    }

    #[test]
    fn a_child_does_not_draw_the_numbers_of_its_parent() {
        let parent = Rng::seeded(1);
        let numbers = |rng: &SmallRng| {
            let mut rng = rng.clone();
            [rng.random::<u64>(), rng.random()]
        };
        RNG.set(Rng { process: 1, numbers: parent.numbers.clone() });
        unit();
        RNG.with_borrow(|rng| {
            assert_eq!(rng.process, std::process::id());
            assert_ne!(numbers(&rng.numbers), numbers(&parent.numbers));
        });
    }

    #[test]
    fn numbers_go_on_within_a_process() {
        assert_ne!(unit().to_bits(), unit().to_bits());
    }
}
