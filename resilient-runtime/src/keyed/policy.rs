//! The settings of state per key.

use std::time::Duration;

use resilient_rules::at_least_one;
use resilient_rules::per_key::{IDLE, MAX_KEYS};

use crate::core::check::{InvalidSetting, check, debug_check, first_of, valid};

/// The settings of state per key: those of each key, how many keys are kept, and for how long. A plain value that can be
/// a `const`. Made by `per_key` of the settings of each key, such as
/// [`BreakerPolicy::per_key`](crate::BreakerPolicy::per_key).
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::{BreakerPolicy, PerKeyPolicy};
///
/// const HOSTS: PerKeyPolicy<BreakerPolicy> =
///     BreakerPolicy::new().failure_threshold(3).per_key().max_keys(1_000);
/// ```
///
/// ```compile_fail
/// # use resilient_runtime::{BreakerPolicy, PerKeyPolicy};
/// const NONE: PerKeyPolicy<BreakerPolicy> = BreakerPolicy::new().per_key().max_keys(0);
/// ```
///
/// # Panics
///
/// In debug builds a setter panics if its value is zero; in a `const` that is a compile error. In release builds a
/// `max_keys` of zero becomes 1, an `idle` of zero 1 ms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a policy does nothing by itself"]
pub struct PerKeyPolicy<P> {
    each: P,
    max_keys: u32,
    idle: Duration,
}

const NO_KEYS: &str = at_least_one!("max_keys");
const NO_TIME: &str = "`idle` must be above zero";

impl<P: Copy> PerKeyPolicy<P> {
    pub(crate) const fn of(each: P) -> Self {
        Self { each, max_keys: MAX_KEYS, idle: IDLE }
    }

    /// How many keys are kept, from 1. Default: 10,000. Keys that a new one would equal are usually not kept, and do not
    /// count then.
    #[track_caller]
    pub const fn max_keys(mut self, keys: u32) -> Self {
        debug_check(first_of([(keys == 0, NO_KEYS)]));
        self.max_keys = keys;
        self
    }

    /// A key is forgotten once nobody has used it for so long, if a new one would equal it. Default: 10 minutes.
    #[track_caller]
    pub const fn idle(mut self, idle: Duration) -> Self {
        debug_check(first_of([(idle.is_zero(), NO_TIME)]));
        self.idle = idle;
        self
    }

    /// As [`max_keys`](Self::max_keys), for a value known only at run time.
    ///
    /// # Errors
    ///
    /// If it is zero.
    pub const fn try_max_keys(mut self, keys: u32) -> Result<Self, InvalidSetting> {
        self.max_keys = keys;
        valid(self, self.problem())
    }

    /// As [`idle`](Self::idle), for a value known only at run time.
    ///
    /// # Errors
    ///
    /// If it is zero.
    pub const fn try_idle(mut self, idle: Duration) -> Result<Self, InvalidSetting> {
        self.idle = idle;
        valid(self, self.problem())
    }

    /// Returns the policy unchanged if its settings are valid. Those of each key were checked before.
    ///
    /// # Panics
    ///
    /// If a setting is zero; in a `const` that is a compile error.
    #[track_caller]
    pub const fn checked(self) -> Self {
        check(self.problem());
        self
    }

    const fn problem(&self) -> Option<&'static str> {
        first_of([(self.max_keys == 0, NO_KEYS), (self.idle.is_zero(), NO_TIME)])
    }

    /// How many keys are kept and how long, with other settings of each.
    #[cfg(feature = "config")]
    pub(crate) const fn with_each<Q: Copy>(&self, each: Q) -> PerKeyPolicy<Q> {
        PerKeyPolicy { each, max_keys: self.max_keys, idle: self.idle }
    }

    /// The settings of each key.
    pub const fn each(&self) -> P {
        self.each
    }

    pub(super) fn most(&self) -> usize {
        self.max_keys.max(1) as usize
    }

    pub(super) const fn kept_for(&self) -> Duration {
        self.idle
    }

    pub(crate) fn settings(&self, each: Vec<(&'static str, String)>) -> Vec<(&'static str, String)> {
        let keys = [("max_keys", self.max_keys.to_string()), ("idle", format!("{:?}", self.idle))];
        each.into_iter().chain(keys).collect()
    }
}

impl<P: Copy + Default> Default for PerKeyPolicy<P> {
    fn default() -> Self {
        Self::of(P::default())
    }
}
