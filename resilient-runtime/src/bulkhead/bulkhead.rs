//! A bulkhead: a fair semaphore with a name and statistics.

use crate::bulkhead::policy::BulkheadPolicy;
use crate::bulkhead::semaphore::{EnterOutcome, Semaphore, Waiting};
use crate::core::error::Error;
use crate::core::name::Name;
use crate::core::sharded::Shards;
use crate::core::shared_state::SharedState;

/// Limits the calls in flight. Callers that wait are served in the order of arrival, sync and async ones in one queue.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::{Bulkhead, BulkheadPolicy};
///
/// let bulkhead = Bulkhead::new("db", BulkheadPolicy::new(1));
/// let slot = bulkhead.try_acquire().unwrap();
/// assert!(bulkhead.try_acquire().unwrap_err().is_bulkhead_full());
/// drop(slot);
/// assert_eq!(bulkhead.available(), 1);
/// ```
#[derive(Debug)]
pub struct Bulkhead {
    name: Name,
    policy: BulkheadPolicy,
    semaphore: Semaphore,
    counters: Shards<2>,
}

const ACCEPTED: usize = 0;
const REJECTED: usize = 1;

/// Totals of a bulkhead since it was made. From [`Bulkhead::stats`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BulkheadStats {
    /// Calls that got a slot.
    pub accepted_calls: u64,
    /// Calls that were refused. A call that was dropped while it waited, or whose deadline came first, counts neither
    /// way.
    pub rejected_calls: u64,
}

impl Bulkhead {
    /// Makes a bulkhead that is not in the registry. `name` appears in its refusals.
    ///
    /// # Panics
    ///
    /// In debug builds if the name is empty.
    pub fn new(name: &str, policy: BulkheadPolicy) -> Self {
        debug_assert!(!name.is_empty(), "a name cannot be empty");
        Self::named(Name::intern(name), policy)
    }

    pub(crate) fn named(name: Name, policy: BulkheadPolicy) -> Self {
        Self { name, policy, semaphore: Semaphore::new(policy.limit()), counters: Shards::new() }
    }

    /// Its name, or the path of the only function that uses it.
    pub const fn name(&self) -> Name {
        self.name
    }

    /// Its settings.
    #[expect(clippy::missing_const_for_fn, reason = "settings are to change at run time")]
    pub fn policy(&self) -> BulkheadPolicy {
        self.policy
    }

    /// The calls that may be in flight at a time.
    #[expect(clippy::missing_const_for_fn, reason = "the limit is to change at run time")]
    pub fn limit(&self) -> usize {
        self.policy.limit() as usize
    }

    /// The calls that hold a slot now.
    pub fn in_flight(&self) -> usize {
        usize::try_from(self.semaphore.taken()).unwrap_or(usize::MAX)
    }

    /// The slots that are free now.
    pub fn available(&self) -> usize {
        self.limit().saturating_sub(self.in_flight())
    }

    /// The calls that wait for a slot now.
    pub fn waiting(&self) -> usize {
        usize::try_from(self.semaphore.waiting()).unwrap_or(usize::MAX)
    }

    /// Totals since it was made.
    pub fn stats(&self) -> BulkheadStats {
        BulkheadStats { accepted_calls: self.counters.sum(ACCEPTED), rejected_calls: self.counters.sum(REJECTED) }
    }

    /// Takes a slot if one is free and nobody waits for it. It never waits.
    ///
    /// # Errors
    ///
    /// [`Error::BulkheadFull`] otherwise.
    pub fn try_acquire(&self) -> Result<Slot<'_>, Error> {
        self.free_slot().ok_or_else(|| self.refused())
    }

    /// Takes a slot if one is free; `None` does not count as a refusal.
    #[inline]
    pub(crate) fn free_slot(&self) -> Option<Slot<'_>> {
        self.semaphore.try_take().then(|| self.slot())
    }

    /// A guard for a slot that has been taken in the semaphore.
    #[inline]
    pub(crate) fn slot(&self) -> Slot<'_> {
        self.counters.local().add_one(ACCEPTED);
        Slot { semaphore: &self.semaphore }
    }

    pub(crate) fn refused(&self) -> Error {
        self.counters.local().add_one(REJECTED);
        Error::BulkheadFull { name: self.name, limit: self.limit() }
    }

    /// Takes a slot, or a place in the queue that becomes a slot.
    ///
    /// # Errors
    ///
    /// [`Error::BulkheadFull`] if too many wait already.
    pub(crate) fn enter(&self) -> Result<Entered<'_>, Error> {
        match self.semaphore.enter(self.policy.most_waiting()) {
            EnterOutcome::Taken => Ok(Entered::Slot(self.slot())),
            EnterOutcome::Waiting(waiting) => Ok(Entered::Queue(waiting)),
            EnterOutcome::Full => Err(self.refused()),
        }
    }
}

impl SharedState for Bulkhead {
    type Policy = BulkheadPolicy;
    const KIND: &'static str = "bulkhead";

    fn make(name: Name, policy: BulkheadPolicy) -> Self {
        Self::named(name, policy)
    }

    fn made_with(&self) -> BulkheadPolicy {
        self.policy()
    }

    fn settings(policy: &BulkheadPolicy) -> Vec<(&'static str, String)> {
        policy.settings()
    }
}

/// What a call got that may wait.
pub(crate) enum Entered<'a> {
    Slot(Slot<'a>),
    Queue(Waiting<'a>),
}

/// The right of one call to be in flight. Dropping it frees the slot, or hands it to the first caller that waits.
#[derive(Debug)]
#[must_use = "a slot that is dropped at once limits nothing"]
pub struct Slot<'a> {
    semaphore: &'a Semaphore,
}

impl Slot<'_> {
    /// As dropping it, where the body has ended as it should.
    #[inline]
    pub(crate) fn free(self) {
        self.semaphore.release();
        std::mem::forget(self);
    }
}

// Not inlined: a body that unwinds or is dropped is no reason for more code in each function.
impl Drop for Slot<'_> {
    fn drop(&mut self) {
        self.semaphore.release();
    }
}
