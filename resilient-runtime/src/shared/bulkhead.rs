//! A bulkhead: a fair semaphore, and a count of those who wait for it.

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::error::Error;
use crate::name::Name;
use crate::policy::bulkhead::BulkheadPolicy;
use crate::shared::shards::Shards;
use crate::sync::{AtomicUsize, Ordering};

/// Limits the calls in flight, first come, first served, sync and async callers alike.
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
    waiting: AtomicUsize,
    counters: Shards<2>,
}

const ACCEPTED: usize = 0;
const REJECTED: usize = 1;

/// What a bulkhead has seen since it was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BulkheadStats {
    /// Calls that were given a slot.
    pub accepted_calls: u64,
    /// Calls that were refused one. A call that gave up waiting by itself counts neither way.
    pub rejected_calls: u64,
}

impl Bulkhead {
    /// A bulkhead of your own, not in the registry.
    ///
    /// # Panics
    ///
    /// In debug builds if the name is empty.
    pub fn new(name: &str, policy: BulkheadPolicy) -> Self {
        debug_assert!(!name.is_empty(), "a name cannot be empty");
        Self::named(Name::intern(name), policy)
    }

    pub(crate) fn named(name: Name, policy: BulkheadPolicy) -> Self {
        let semaphore = Semaphore::new(policy.limit().min(Semaphore::MAX_PERMITS));
        Self { name, policy, semaphore, waiting: AtomicUsize::new(0), counters: Shards::new() }
    }

    /// Its name, or the path of the function it belongs to.
    pub const fn name(&self) -> Name {
        self.name
    }

    /// Its settings.
    pub const fn policy(&self) -> &BulkheadPolicy {
        &self.policy
    }

    /// The calls it lets in at a time.
    pub const fn limit(&self) -> usize {
        self.policy.limit()
    }

    /// The calls that hold a slot now.
    pub fn in_flight(&self) -> usize {
        self.limit().saturating_sub(self.available())
    }

    /// The slots that are free now.
    pub fn available(&self) -> usize {
        self.semaphore.available_permits()
    }

    /// The calls that wait for a slot now.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Acquire)
    }

    /// Totals since it was made.
    pub fn stats(&self) -> BulkheadStats {
        BulkheadStats { accepted_calls: self.counters.sum(ACCEPTED), rejected_calls: self.counters.sum(REJECTED) }
    }

    /// A slot if one is free; it never overtakes those who wait.
    ///
    /// # Errors
    ///
    /// [`Error::BulkheadFull`] if there is none.
    pub fn try_acquire(&self) -> Result<Slot<'_>, Error> {
        self.free_slot().ok_or_else(|| self.refused())
    }

    pub(crate) fn free_slot(&self) -> Option<Slot<'_>> {
        self.semaphore.try_acquire().ok().map(|permit| self.slot(permit))
    }

    fn slot<'a>(&'a self, permit: SemaphorePermit<'a>) -> Slot<'a> {
        self.counters.mine().add_one(ACCEPTED);
        Slot { _permit: permit }
    }

    pub(crate) fn refused(&self) -> Error {
        self.counters.mine().add_one(REJECTED);
        Error::BulkheadFull { name: self.name, limit: self.limit() }
    }

    /// A place in the queue, given back when dropped; `None` if the queue is full.
    pub(crate) fn queue(&self) -> Option<Place<'_>> {
        self.waiting
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |waiting| {
                self.policy.may_queue_behind(waiting).then_some(waiting + 1)
            })
            .ok()
            .map(|_| Place { bulkhead: self })
    }
}

/// A place in the queue of a bulkhead.
pub(crate) struct Place<'a> {
    bulkhead: &'a Bulkhead,
}

impl<'a> Place<'a> {
    /// Waits for as long as it takes. Dropped before its end, it leaves the queue.
    pub(crate) async fn slot(self) -> Option<Slot<'a>> {
        // Never closed, so this does not fail.
        let permit = self.bulkhead.semaphore.acquire().await.ok()?;
        Some(self.bulkhead.slot(permit))
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.bulkhead.waiting.fetch_sub(1, Ordering::AcqRel);
    }
}

/// A place among the calls in flight; dropping it gives it back.
#[derive(Debug)]
#[must_use = "a slot that is dropped at once limits nothing"]
pub struct Slot<'a> {
    _permit: SemaphorePermit<'a>,
}
