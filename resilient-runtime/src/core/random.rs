//! Random numbers for jitter. They are cheap and evenly spread, and not secret. No other file uses `rand`.

use std::cell::RefCell;
use std::hash::{BuildHasher, RandomState};

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

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
    static RNG: RefCell<Rng> = RefCell::new(Rng::seeded(std::process::id()));
}

/// Uniform in `[0, 1)`.
pub(crate) fn unit() -> f64 {
    RNG.with_borrow_mut(|rng| {
        let process = std::process::id();
        if rng.process != process {
            *rng = Rng::seeded(process);
        }
        rng.numbers.random()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

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
