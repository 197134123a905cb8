//! The only user of `rand`: numbers for jitter, which need to be cheap and spread, not secret.

use std::cell::RefCell;
use std::hash::{BuildHasher, RandomState};

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

/// A generator, and the process it was seeded in: a child must not draw the numbers of its parent.
struct Rng {
    process: u32,
    numbers: SmallRng,
}

impl Rng {
    /// From the keys of the standard hash maps, which the operating system's randomness made. A child has those of its
    /// parent, too, so that its own number is added.
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
