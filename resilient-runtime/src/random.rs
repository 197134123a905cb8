//! The only user of `rand`: numbers for jitter, which need to be cheap and spread, not secret.

use std::cell::RefCell;
use std::hash::{BuildHasher, RandomState};

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

thread_local! {
    /// Seeded from the keys of the standard hash maps, which the operating system's randomness made.
    static RNG: RefCell<SmallRng> = RefCell::new(SmallRng::seed_from_u64(RandomState::new().hash_one(0_u8)));
}

/// Uniform in `[0, 1)`.
pub(crate) fn unit() -> f64 {
    RNG.with_borrow_mut(RngExt::random)
}
