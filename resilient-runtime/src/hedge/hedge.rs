//! What the calls of a hedge share: a delay that adjusts itself, a budget, and statistics.

use std::time::Duration;

use crate::core::check::nanos;
use crate::core::live::Live;
use crate::core::name::Name;
use crate::core::shared_state::SharedState;
use crate::core::totals::Totals;
use crate::hedge::percentile::Percentile;
use crate::hedge::policy::{Delay, HedgePolicy};
use crate::retry_budget::budget::RetryBudget;

/// The state that the calls of a hedge share: a delay that adjusts itself, a budget, and totals.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::{Hedge, HedgePolicy};
/// use std::time::Duration;
///
/// let hedge = Hedge::new("replicas", HedgePolicy::new(Duration::from_millis(100)));
/// assert_eq!(hedge.delay(), Some(Duration::from_millis(100)));
/// assert_eq!(hedge.stats().calls, 0);
/// ```
#[derive(Debug)]
pub struct Hedge {
    name: Name,
    in_force: Live<HedgePolicy>,
    percentile: Option<Percentile>,
    budget: Option<RetryBudget>,
    /// The budget counts all calls, so the totals need not.
    is_counted_by_budget: bool,
    totals: Totals<4>,
}

const CALLS: usize = 0;
const HEDGES: usize = 1;
const WON: usize = 2;
const NOT_IN_BUDGET: usize = 3;

/// Totals of a hedge since it was made. From [`Hedge::stats`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct HedgeStats {
    /// Calls, each with a first attempt.
    pub calls: u64,
    /// Attempts beside the first, also those that a policy further in refused.
    pub hedges: u64,
    /// Calls that were answered by an attempt beside the first.
    pub won_by_hedge: u64,
    /// Hedges that were due and not made because there was no token in the budget.
    pub not_in_budget: u64,
}

impl Hedge {
    /// Makes a hedge that belongs to nobody else.
    ///
    /// # Panics
    ///
    /// In debug builds if the name is empty or a setting of the policy is out of range.
    pub fn new(name: &str, policy: HedgePolicy) -> Self {
        debug_assert!(!name.is_empty(), "a name cannot be empty");
        Self::named(Name::intern(name), if cfg!(debug_assertions) { policy.checked() } else { policy })
    }

    pub(crate) fn named(name: Name, policy: HedgePolicy) -> Self {
        let percentile = match policy.delay {
            Delay::Percentile { share, initial } => Some(Percentile::new(share.clamp(0.5, 0.999), nanos(initial))),
            _ => None,
        };
        let budget = policy.own_budget().map(|budget| RetryBudget::named(name, budget));
        let is_counted_by_budget = policy.own_budget().is_some_and(|budget| !budget.earned_by_successes());
        Self { name, in_force: Live::new(policy), percentile, budget, is_counted_by_budget, totals: Totals::sharded() }
    }

    /// Its name.
    pub const fn name(&self) -> Name {
        self.name
    }

    /// Its settings.
    #[cfg_attr(
        not(feature = "config"),
        expect(clippy::missing_const_for_fn, reason = "settings change with a feature")
    )]
    pub fn policy(&self) -> HedgePolicy {
        *self.in_force.get()
    }

    /// Changes its settings. Its budget and what a percentile has learnt stay.
    #[cfg(feature = "config")]
    pub(crate) fn change_policy(&self, policy: HedgePolicy) {
        self.in_force.replace(|known| *known == policy, || policy);
    }

    /// The time from the start of an attempt to the start of the next; `None` while a percentile is not known.
    pub fn delay(&self) -> Option<Duration> {
        self.delay_by(self.in_force.get())
    }

    /// The delay and the most attempts of a call, by one policy as a whole.
    #[inline]
    pub(super) fn terms(&self) -> (Option<Duration>, u32) {
        let policy = self.in_force.get();
        (self.delay_by(policy), policy.most_attempts())
    }

    #[inline]
    fn delay_by(&self, policy: &HedgePolicy) -> Option<Duration> {
        match policy.delay {
            Delay::Fixed(delay) => Some(delay),
            #[cfg(feature = "config")]
            Delay::Never => None,
            Delay::Percentile { .. } => self.percentile.as_ref().and_then(Percentile::delay).map(Duration::from_nanos),
        }
    }

    /// What finds the delay, unless a configuration gives one in its place. Then it learns nothing: what is seen depends on
    /// the delay.
    #[inline]
    fn percentile(&self) -> Option<&Percentile> {
        self.percentile.as_ref().filter(|_| !cfg!(feature = "config") || self.in_force.get().adapts())
    }

    /// Totals since it was made.
    pub fn stats(&self) -> HedgeStats {
        HedgeStats {
            calls: self.calls(),
            hedges: self.totals.sum(HEDGES),
            won_by_hedge: self.totals.sum(WON),
            not_in_budget: self.totals.sum(NOT_IN_BUDGET),
        }
    }

    fn calls(&self) -> u64 {
        let in_own_budget = self.own_budget().filter(|_| self.is_counted_by_budget);
        self.totals.sum(CALLS) + in_own_budget.map_or(0, |budget| budget.stats().calls)
    }

    /// The budget that belongs to it.
    pub(super) const fn own_budget(&self) -> Option<&RetryBudget> {
        self.budget.as_ref()
    }

    /// The first attempt of a call succeeded before another was due.
    #[inline]
    pub(super) fn ended_sooner(&self) {
        if let Some(percentile) = self.percentile() {
            percentile.ended_sooner();
        }
    }

    /// The first attempt of a call that began while the delay was not known succeeded after so long.
    pub(super) fn ended_after(&self, duration: Duration) {
        if let Some(percentile) = self.percentile() {
            percentile.sample(nanos(duration));
        }
    }

    /// The first attempt of a call was still running when another was due.
    pub(super) fn outlasted(&self) {
        if let Some(percentile) = self.percentile() {
            percentile.outlasted();
        }
    }

    /// Whether its own budget counts all calls.
    pub(super) const fn is_counted_by_budget(&self) -> bool {
        self.is_counted_by_budget
    }

    /// Counts a call that begins, unless its budget does.
    #[inline]
    pub(super) fn begun(&self) {
        self.totals.add_one(CALLS);
    }

    /// Counts a call that a first attempt (0) or a hedge answered, and what it earns in its budget.
    #[inline]
    pub(super) fn succeeded(&self, attempt: u32, budget: Option<&RetryBudget>) {
        if attempt > 0 {
            self.totals.add_one(WON);
        }
        if let Some(budget) = budget {
            budget.call_succeeded();
        }
    }

    /// Counts a hedge that was due, and was made if there was a token for it.
    pub(super) fn was_due(&self, has_token: bool) {
        self.totals.add_one(if has_token { HEDGES } else { NOT_IN_BUDGET });
    }
}

impl SharedState for Hedge {
    type Policy = HedgePolicy;
    const KIND: &'static str = "hedge";

    fn make(name: Name, policy: HedgePolicy) -> Self {
        Self::named(name, policy)
    }

    fn made_with(&self) -> HedgePolicy {
        *self.in_force.first()
    }

    #[cfg(feature = "config")]
    fn passing(name: Name) -> Self {
        Self::named(name, HedgePolicy::NO_HEDGE)
    }

    fn settings(policy: &HedgePolicy) -> Vec<(&'static str, String)> {
        policy.settings()
    }
}
