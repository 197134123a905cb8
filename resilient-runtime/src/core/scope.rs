//! The scope of a test: the clock and the random numbers of what runs in it, and whatever else is kept once for each
//! scope. Only with the feature `testing`; [`testing`](crate::testing) has what users call.

mod active;
pub(crate) mod clock;

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

pub(crate) use active::{Active, activate_here, current, enter};
use clock::ScopeClock;

use crate::core::random::SplitMix64;

/// What a test changes of the policies in its scope.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Overrides {
    /// Retries do not wait.
    pub(crate) no_delays: bool,
    /// Calls make so many attempts.
    pub(crate) attempts: Option<u32>,
}

/// The scope of a test.
pub(crate) struct Scope {
    clock: ScopeClock,
    numbers: Mutex<SplitMix64>,
    overrides: Mutex<Overrides>,
    /// One value of each type for each key, made on demand.
    kept: Mutex<HashMap<(TypeId, usize), Box<dyn Any + Send>>>,
}

impl Scope {
    pub(crate) fn new(clock: ScopeClock) -> Self {
        let numbers = Mutex::new(SplitMix64::seeded(0));
        Self { clock, numbers, overrides: Mutex::default(), kept: Mutex::default() }
    }

    pub(crate) const fn clock(&self) -> &ScopeClock {
        &self.clock
    }

    /// The next random number, uniform in `[0, 1)`.
    pub(crate) fn unit(&self) -> f64 {
        lock(&self.numbers).unit()
    }

    pub(crate) fn seed(&self, seed: u64) {
        *lock(&self.numbers) = SplitMix64::seeded(seed);
    }

    pub(crate) fn overrides(&self) -> Overrides {
        *lock(&self.overrides)
    }

    pub(crate) fn change(&self, change: impl FnOnce(&mut Overrides)) {
        change(&mut lock(&self.overrides));
    }

    /// The value of this type that the scope keeps for `key`, made if there is none yet. It is made without a lock; if
    /// two threads make it, the first is kept. It lives until the process ends.
    pub(crate) fn keep<T: Sync + 'static>(&self, key: usize, make: impl FnOnce() -> &'static T) -> &'static T {
        if let Some(known) = self.kept(key) {
            return known;
        }
        let new = make();
        let key = (TypeId::of::<T>(), key);
        lock(&self.kept).entry(key).or_insert_with(|| Box::new(new)).downcast_ref().copied().unwrap_or(new)
    }

    /// The value of this type that the scope keeps for `key`, if there is one.
    pub(crate) fn kept<T: Sync + 'static>(&self, key: usize) -> Option<&'static T> {
        lock(&self.kept).get(&(TypeId::of::<T>(), key))?.downcast_ref::<&'static T>().copied()
    }
}

/// The value behind a lock, also after a panic of who had it.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
