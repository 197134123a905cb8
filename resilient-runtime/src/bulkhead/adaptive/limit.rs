//! The settings of a limit that adapts itself.

use resilient_rules::at_least_one;
use resilient_rules::bulkhead::INITIAL;

use crate::core::check::{debug_check, first_of};

/// How many calls may be in flight, between two bounds. For [`BulkheadPolicy::adaptive`](crate::BulkheadPolicy::adaptive).
///
/// The limit grows by 1 after as many good calls as it allows, counted while at least half of it was used, and shrinks to
/// nine tenths of it on a sign of overload, rounded down: additive increase and multiplicative decrease, as TCP does it.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::{AdaptiveLimit, BulkheadPolicy};
///
/// const POLICY: BulkheadPolicy =
///     BulkheadPolicy::new(1).adaptive(AdaptiveLimit::new(200).min(5));
/// ```
///
/// ```compile_fail
/// # use resilient_runtime::{AdaptiveLimit, BulkheadPolicy};
/// const UPSIDE_DOWN: BulkheadPolicy =
///     BulkheadPolicy::new(1).adaptive(AdaptiveLimit::new(5).min(200)).checked();
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a limit does nothing by itself"]
pub struct AdaptiveLimit {
    min: u32,
    max: u32,
    initial: Option<u32>,
}

impl AdaptiveLimit {
    /// From 1 to `max` calls in flight, 20 in the beginning, or `max` if that is less.
    ///
    /// # Panics
    ///
    /// In debug builds if `max` is zero; in a `const` that is a compile error. In release builds zero becomes 1.
    #[track_caller]
    pub const fn new(max: u32) -> Self {
        debug_check(first_of([(max == 0, NO_MAX)]));
        Self { min: 1, max, initial: None }
    }

    /// The limit never shrinks below this: at least 1 and at most the maximum. Default: 1.
    pub const fn min(mut self, min: u32) -> Self {
        self.min = min;
        self
    }

    /// The limit in the beginning, from the minimum to the maximum. Default: 20, or the nearer of the two bounds.
    pub const fn initial(mut self, initial: u32) -> Self {
        self.initial = Some(initial);
        self
    }

    pub(crate) const fn problem(self) -> Option<&'static str> {
        let is_outside = matches!(self.initial, Some(initial) if initial < self.min || initial > self.max);
        first_of([
            (self.max == 0, NO_MAX),
            (self.min == 0, at_least_one!("min")),
            (self.min > self.max, "`min` must not be more than `max`"),
            (is_outside, "`initial` must be from `min` to `max`"),
        ])
    }

    pub(crate) const fn most(self) -> u32 {
        if self.max == 0 { 1 } else { self.max }
    }

    pub(crate) const fn least(self) -> u32 {
        match self.min {
            0 => 1,
            min if min > self.most() => self.most(),
            min => min,
        }
    }

    /// The limit in the beginning.
    pub(crate) const fn first(self) -> u32 {
        match self.initial {
            Some(initial) => self.within(initial),
            None => self.within(INITIAL),
        }
    }

    /// The nearest limit that is allowed.
    pub(crate) const fn within(self, limit: u32) -> u32 {
        if limit < self.least() {
            self.least()
        } else if limit > self.most() {
            self.most()
        } else {
            limit
        }
    }
}

const NO_MAX: &str = at_least_one!("max");
