//! A retry budget that calls share: its tokens, a name and statistics.

use crate::core::clock;
use crate::core::live::Live;
use crate::core::live_flag::LiveFlag;
use crate::core::name::Name;
use crate::core::shared_state::SharedState;
use crate::core::sync::{Mutex, MutexGuard, PoisonError};
use crate::core::totals::Totals;
use crate::retry_budget::machine::Machine;
use crate::retry_budget::policy::RetryBudgetPolicy;

/// Limits the retries of many calls to a share of these calls, so that an outage does not multiply the requests.
///
/// A call that succeeds at once adds one to a count of its thread and reads no clock. A retry takes a token behind a
/// lock.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::{RetryBudget, RetryBudgetPolicy};
///
/// let budget =
///     RetryBudget::new("api", RetryBudgetPolicy::new().min_per_second(1).share(0.5));
/// assert_eq!(budget.available(), 1);
/// budget.record_call();
/// budget.record_call();
/// assert_eq!(budget.available(), 2);
/// assert!(budget.try_take() && budget.try_take());
/// assert!(!budget.try_take());
/// ```
#[derive(Debug)]
pub struct RetryBudget {
    name: Name,
    in_force: Live<RetryBudgetPolicy>,
    /// Whether only successes earn, which each call asks.
    earned_by_successes: LiveFlag,
    machine: Mutex<Machine>,
    totals: Totals<4>,
}

/// Calls that have earned.
const CALLS: usize = 0;
const TAKEN: usize = 1;
const GIVEN_BACK: usize = 2;
const REFUSED: usize = 3;

/// Totals of a retry budget since it was made. From [`RetryBudget::stats`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryBudgetStats {
    /// Calls that earned a share of a token.
    pub calls: u64,
    /// Tokens that were taken and not given back.
    pub retries: u64,
    /// Retries that were not made because there was no token.
    pub refused_retries: u64,
}

impl RetryBudget {
    /// Makes a budget that is not in the registry.
    ///
    /// # Panics
    ///
    /// In debug builds if the name is empty or the policy's settings contradict each other.
    pub fn new(name: &str, policy: RetryBudgetPolicy) -> Self {
        debug_assert!(!name.is_empty(), "a name cannot be empty");
        Self::named(Name::intern(name), if cfg!(debug_assertions) { policy.checked() } else { policy })
    }

    pub(crate) fn named(name: Name, policy: RetryBudgetPolicy) -> Self {
        let machine = Mutex::new(Machine::new(&policy, clock::nanos()));
        let earned_by_successes = LiveFlag::new(policy.earned_by_successes());
        Self { name, in_force: Live::new(policy), earned_by_successes, machine, totals: Totals::sharded() }
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
    pub fn policy(&self) -> RetryBudgetPolicy {
        *self.in_force.get()
    }

    /// Changes its settings. What has been earned stays, up to the new `burst`; the totals stay.
    #[cfg(feature = "config")]
    pub(crate) fn change_policy(&self, policy: RetryBudgetPolicy) {
        let mut machine = self.machine();
        // By the settings of before.
        machine.available(self.in_force.get(), clock::nanos(), self.totals.sum(CALLS));
        let in_force = self.in_force.replace(|known| *known == policy, || policy);
        self.earned_by_successes.set(in_force.earned_by_successes());
        machine.available(&policy, clock::nanos(), self.totals.sum(CALLS));
    }

    /// Counts a call, which earns a share of a token. For calls that are retried by hand: when one begins, or once it has
    /// succeeded, as [`earned_by`](RetryBudgetPolicy::earned_by) says. Attributes and policies do it themselves.
    #[inline]
    pub fn record_call(&self) {
        self.totals.add_one(CALLS);
    }

    /// A call begins, which earns unless only successes do.
    #[inline]
    pub(crate) fn call_begins(&self) {
        if !self.earned_by_successes.get() {
            self.record_call();
        }
    }

    /// Whether only successes earn.
    #[inline]
    pub(crate) fn earns_by_successes(&self) -> bool {
        self.earned_by_successes.get()
    }

    /// A call succeeded, which earns if only successes do.
    #[inline]
    pub(crate) fn call_succeeded(&self) {
        if self.earned_by_successes.get() {
            self.record_call();
        }
    }

    /// Takes a token for a retry, if there is one. For calls that are retried by hand.
    pub fn try_take(&self) -> bool {
        let now = clock::nanos();
        // The calls are counted under the lock: so each count has all that went into those before it.
        let taken = self.machine().take(self.in_force.get(), now, self.totals.sum(CALLS));
        self.totals.add_one(if taken { TAKEN } else { REFUSED });
        taken
    }

    /// Gives back the token of a retry that is not made after all.
    pub fn give_back(&self) {
        self.machine().give_back(self.in_force.get());
        self.totals.add_one(GIVEN_BACK);
    }

    /// The tokens that there are now.
    pub fn available(&self) -> u64 {
        self.machine().available(self.in_force.get(), clock::nanos(), self.totals.sum(CALLS))
    }

    /// Totals since it was made.
    pub fn stats(&self) -> RetryBudgetStats {
        RetryBudgetStats {
            calls: self.totals.sum(CALLS),
            retries: self.totals.sum(TAKEN).saturating_sub(self.totals.sum(GIVEN_BACK)),
            refused_retries: self.totals.sum(REFUSED),
        }
    }

    fn machine(&self) -> MutexGuard<'_, Machine> {
        self.machine.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SharedState for RetryBudget {
    type Policy = RetryBudgetPolicy;
    const KIND: &'static str = "retry budget";

    fn make(name: Name, policy: RetryBudgetPolicy) -> Self {
        Self::named(name, policy)
    }

    fn made_with(&self) -> RetryBudgetPolicy {
        *self.in_force.first()
    }

    #[cfg(feature = "config")]
    fn passing(name: Name) -> Self {
        Self::named(name, RetryBudgetPolicy::new().share(10.0).min_per_second(u32::MAX).burst(u32::MAX))
    }

    fn settings(policy: &RetryBudgetPolicy) -> Vec<(&'static str, String)> {
        policy.settings()
    }
}
