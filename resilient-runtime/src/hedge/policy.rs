//! The policy of a hedge: when another attempt starts while the first still runs, and how many.

use std::time::Duration;

use resilient_rules::at_least_one;
use resilient_rules::hedge::MAX_HEDGES;

use crate::core::check::{check, debug_check, first_of};
use crate::retry_budget::policy::RetryBudgetPolicy;

/// The settings of a hedge: when another attempt starts while the first still runs, and how many. The first success
/// wins. A plain value that can be a `const`.
///
/// The idea is that of the hedged requests in "The Tail at Scale" by Dean and Barroso (2013).
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::HedgePolicy;
/// use std::time::Duration;
///
/// const AFTER_100_MS: HedgePolicy =
///     HedgePolicy::new(Duration::from_millis(100)).max_hedges(2);
/// const SLOWEST_FIVE_PERCENT: HedgePolicy = HedgePolicy::percentile(0.95);
/// ```
///
/// ```compile_fail
/// # use resilient_runtime::HedgePolicy;
/// # use std::time::Duration;
/// const NONE: HedgePolicy = HedgePolicy::new(Duration::from_millis(100)).max_hedges(0);
/// ```
///
/// # Panics
///
/// In debug builds a setter panics if its value is invalid; in a `const` that is a compile error. In release builds an
/// invalid value becomes the nearest valid one.
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use = "a policy does nothing by itself"]
pub struct HedgePolicy {
    pub(super) delay: Delay,
    max_hedges: u32,
    budget: Option<RetryBudgetPolicy>,
}

/// The time from the start of the latest attempt to the start of the next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Delay {
    Fixed(Duration),
    /// There is no hedge: a configuration has switched it off.
    #[cfg(feature = "config")]
    Never,
    /// So that this share of the calls ends sooner. Zero is no initial delay.
    Percentile {
        share: f64,
        initial: Duration,
    },
}

impl HedgePolicy {
    /// What attributes begin with.
    #[doc(hidden)]
    pub const DEFAULT: Self = Self::percentile(0.95);

    /// What the settings of a budget of its own begin with.
    #[doc(hidden)]
    pub const OWN_BUDGET: RetryBudgetPolicy = RetryBudgetPolicy::new().share(0.1).min_per_second(1);

    /// One attempt alone.
    #[cfg(feature = "config")]
    pub(super) const NO_HEDGE: Self = Self { delay: Delay::Never, max_hedges: 1, budget: None };

    /// Another attempt starts `delay` after the start of the latest one, if that still runs; zero starts all at once.
    /// One hedge, for at most a tenth of the calls and one each second.
    pub const fn new(delay: Duration) -> Self {
        Self { delay: Delay::Fixed(delay), max_hedges: MAX_HEDGES, budget: Some(Self::OWN_BUDGET) }
    }

    /// A delay that adjusts itself so that this share of the calls ends sooner, from 0.5 to 0.999. There is no hedge until
    /// 100 first attempts have succeeded, unless there is an [`initial`](Self::initial) delay. It learns from first
    /// attempts alone, those that a hedge overtook included, and not from errors.
    #[track_caller]
    pub const fn percentile(share: f64) -> Self {
        debug_check(first_of([(!is_percentile(share), NO_PERCENTILE)]));
        Self { delay: Delay::Percentile { share, initial: Duration::ZERO }, ..Self::new(Duration::ZERO) }
    }

    /// Changes the delay to this one.
    pub const fn delay(mut self, delay: Duration) -> Self {
        self.delay = Delay::Fixed(delay);
        self
    }

    /// Changes the delay to one that adjusts itself, as that of [`percentile`](Self::percentile).
    #[track_caller]
    pub const fn delay_percentile(mut self, share: f64) -> Self {
        self.delay = Self::percentile(share).delay;
        self
    }

    /// The delay of a [`percentile`](Self::percentile) with which it begins. Without effect on a fixed delay.
    pub const fn initial(mut self, delay: Duration) -> Self {
        if let Delay::Percentile { share, .. } = self.delay {
            self.delay = Delay::Percentile { share, initial: delay };
        }
        self
    }

    /// The number of attempts beside the first, at least 1. Default: 1.
    #[track_caller]
    pub const fn max_hedges(mut self, hedges: u32) -> Self {
        debug_check(first_of([(hedges == 0, NO_HEDGES)]));
        self.max_hedges = hedges;
        self
    }

    /// How many hedges calls earn. Default: one for ten calls, and one each second.
    pub const fn budget(mut self, budget: RetryBudgetPolicy) -> Self {
        self.budget = Some(budget);
        self
    }

    /// Hedges without a budget: while everything is slow, the requests are multiplied.
    pub const fn unlimited_budget(mut self) -> Self {
        self.budget = None;
        self
    }

    /// Returns the policy unchanged if all its settings are valid together.
    ///
    /// # Panics
    ///
    /// If a setting is out of range; in a `const` that is a compile error.
    #[track_caller]
    pub const fn checked(self) -> Self {
        check(first_of([
            (self.max_hedges == 0, NO_HEDGES),
            (matches!(self.delay, Delay::Percentile { share, .. } if !is_percentile(share)), NO_PERCENTILE),
        ]));
        if let Some(budget) = self.budget {
            let _ = budget.checked();
        }
        self
    }

    /// The most attempts, the first included.
    pub(super) const fn most_attempts(&self) -> u32 {
        #[cfg(feature = "config")]
        if matches!(self.delay, Delay::Never) {
            return 1;
        }
        let hedges = if self.max_hedges == 0 { 1 } else { self.max_hedges };
        hedges.saturating_add(1)
    }

    /// Whether the delay adjusts itself.
    pub(crate) const fn adapts(&self) -> bool {
        matches!(self.delay, Delay::Percentile { .. })
    }

    /// The delay of a call that shares nothing with others; `None` for a percentile without an initial delay.
    pub(crate) const fn first_delay(&self) -> Option<Duration> {
        match self.delay {
            Delay::Fixed(delay) => Some(delay),
            #[cfg(feature = "config")]
            Delay::Never => None,
            Delay::Percentile { initial: Duration::ZERO, .. } => None,
            Delay::Percentile { initial, .. } => Some(initial),
        }
    }

    pub(super) const fn own_budget(&self) -> Option<RetryBudgetPolicy> {
        self.budget
    }

    /// Every setting with its name, to compare with those of another policy.
    pub(crate) fn settings(&self) -> Vec<(&'static str, String)> {
        let delay = match self.delay {
            Delay::Fixed(delay) => format!("{delay:?}"),
            #[cfg(feature = "config")]
            Delay::Never => "never".to_owned(),
            Delay::Percentile { share, initial: Duration::ZERO } => percentile_text(share),
            Delay::Percentile { share, initial } => format!("{}(initial = {initial:?})", percentile_text(share)),
        };
        let budget = self.budget.map_or_else(
            || "unlimited".to_owned(),
            |budget| {
                budget.settings().iter().map(|(name, value)| format!("{name} = {value}")).collect::<Vec<_>>().join(", ")
            },
        );
        vec![("delay", delay), ("max_hedges", self.max_hedges.to_string()), ("budget", budget)]
    }
}

/// `p95`, with at most one digit behind the point.
fn percentile_text(share: f64) -> String {
    format!("p{}", (share * 1_000.0).round() / 10.0)
}

/// A delay that 95 of 100 calls end before.
impl Default for HedgePolicy {
    fn default() -> Self {
        Self::DEFAULT
    }
}

const NO_HEDGES: &str = at_least_one!("max_hedges");
const NO_PERCENTILE: &str = "a percentile must be from 0.5 to 0.999";

const fn is_percentile(share: f64) -> bool {
    share >= 0.5 && share <= 0.999
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_is_listed_under_its_name() {
        let listed = |policy: HedgePolicy| {
            policy.settings().iter().map(|(name, value)| format!("{name} = {value}")).collect::<Vec<_>>()
        };
        let budget = "budget = share = 0.1, min_per_second = 1, burst = 100, earned_by = calls";
        assert_eq!(listed(HedgePolicy::default()), ["delay = p95", "max_hedges = 1", budget]);
        let all = HedgePolicy::percentile(0.999).initial(Duration::from_secs(1)).max_hedges(2).unlimited_budget();
        assert_eq!(listed(all), ["delay = p99.9(initial = 1s)", "max_hedges = 2", "budget = unlimited"]);
        let changed = HedgePolicy::default().delay(Duration::ZERO).delay_percentile(0.5).delay(Duration::ZERO);
        assert_eq!(changed, HedgePolicy::new(Duration::ZERO));
    }
}
