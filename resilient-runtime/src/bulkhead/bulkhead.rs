//! A bulkhead: a fair semaphore with a name and statistics.

use std::borrow::Borrow;
use std::mem::ManuallyDrop;
use std::task::Waker;
use std::time::Duration;

use crate::bulkhead::adaptive::Adaptive;
use crate::bulkhead::policy::{BulkheadPolicy, Kept};
use crate::bulkhead::semaphore::{EnterOutcome, Origin, Semaphore, Waiting};
use crate::bulkhead::shutdown::Closed;
use crate::core::cores::cores;
use crate::core::drained::Drains;
use crate::core::error::Error;
use crate::core::live::Live;
use crate::core::name::Name;
use crate::core::shared_state::SharedState;
use crate::core::totals::Totals;
use crate::event::event::Event;
use crate::event::kinds::Kinds;
use crate::event::listeners::{deliver, is_wanted};
use crate::event::refusal_events::{BulkheadFull, FullBecause};

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
#[repr(C)] // In this order: what each call reads is away from the semaphore's word, which may change.
pub struct Bulkhead {
    name: Name,
    /// Of its settings. The limit of now is the semaphore's.
    pub(super) kept: Live<Kept>,
    /// The calls that were refused.
    rejected: Totals<1>,
    /// Set by a shutdown.
    pub(super) closed: Closed,
    /// If its limit adapts itself.
    pub(super) adaptive: Option<Box<Adaptive>>,
    pub(super) semaphore: Semaphore,
}

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
        let semaphore = Semaphore::new(policy.limit(), cores());
        let adaptive = policy.adapts();
        Self {
            name,
            kept: Live::new(policy.kept()),
            rejected: Totals::sharded(),
            closed: Closed::no(),
            adaptive,
            semaphore,
        }
    }

    /// A new bulkhead with the name and the settings of this one, for state of which there is much, such as one for each
    /// host. It takes 160 bytes, 24 more with the feature `config`, and allocates nothing as long as no call waits. Threads that use it at the same time
    /// change the same words. Its name is that of this one, so refusals do not tell which of many refused.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{Bulkhead, BulkheadPolicy};
    /// use std::collections::HashMap;
    ///
    /// let hosts = Bulkhead::new("host", BulkheadPolicy::new(1));
    /// let bulkheads =
    ///     HashMap::from(["a.example", "b.example"].map(|host| (host, hosts.light())));
    /// let _slot = bulkheads["a.example"].try_acquire().unwrap();
    /// assert_eq!(bulkheads["a.example"].try_acquire().unwrap_err().name(), "host");
    /// assert!(bulkheads["b.example"].try_acquire().is_ok());
    /// ```
    #[must_use]
    pub fn light(&self) -> Self {
        let (name, policy) = (self.name, self.policy());
        let adaptive = self.adaptive.as_ref().map(|adaptive| Box::new(adaptive.another()));
        let limit = adaptive.as_ref().map_or(policy.limit(), |adaptive| adaptive.limit());
        let semaphore = Semaphore::new(limit, 1);
        Self {
            name,
            kept: Live::new(policy.kept()),
            rejected: Totals::plain(),
            closed: Closed::no(),
            adaptive,
            semaphore,
        }
    }

    /// Its name, or the path of the only function that uses it.
    pub const fn name(&self) -> Name {
        self.name
    }

    /// Its settings, with the limit of now.
    pub fn policy(&self) -> BulkheadPolicy {
        // After a shutdown it is zero.
        BulkheadPolicy::of_kept(
            *self.kept.get(),
            self.adapting().map(Adaptive::settings),
            self.semaphore.limit().max(1),
        )
    }

    /// What adapts its limit now.
    pub(super) fn adapting(&self) -> Option<&Adaptive> {
        self.adaptive.as_deref().filter(|adaptive| !adaptive.is_fixed())
    }

    /// Whether its limit adapts itself.
    #[inline]
    pub(crate) const fn is_adaptive(&self) -> bool {
        self.adaptive.is_some()
    }

    /// How long a call waits for a slot.
    pub(crate) fn max_wait(&self) -> Duration {
        self.kept.get().max_wait
    }

    /// The calls that may be in flight at a time: as in the settings that it was made with, as last set by
    /// [`set_limit`](Self::set_limit), or as it has adapted itself since; 0 after a [`shutdown`](Self::shutdown).
    pub fn limit(&self) -> usize {
        self.semaphore.limit() as usize
    }

    /// The calls that hold a slot now; may exceed the limit after [`set_limit`](Self::set_limit) has lowered it. While
    /// other threads begin and end calls, it may be off by those.
    pub fn in_flight(&self) -> usize {
        usize::try_from(self.semaphore.taken()).unwrap_or(usize::MAX)
    }

    /// The slots that are free now, as exactly as [`in_flight`](Self::in_flight) is known.
    pub fn available(&self) -> usize {
        self.limit().saturating_sub(self.in_flight())
    }

    /// The calls that wait for a slot now.
    pub fn waiting(&self) -> usize {
        self.semaphore.waiting()
    }

    /// Totals since it was made.
    pub fn stats(&self) -> BulkheadStats {
        BulkheadStats { accepted_calls: self.semaphore.total_taken(), rejected_calls: self.rejected.sum(0) }
    }

    /// Takes a slot if one is free and nobody waits for it. It never waits.
    ///
    /// # Errors
    ///
    /// [`Error::BulkheadFull`] otherwise.
    pub fn try_acquire(&self) -> Result<Slot<'_>, Error> {
        match self.free_slot() {
            Some(slot) => Ok(slot),
            None => Err(self.refused(FullBecause::NoSlot)),
        }
    }

    /// Takes a slot if one is free; `None` does not count as a refusal.
    #[inline]
    pub(crate) fn free_slot(&self) -> Option<Slot<'_>> {
        self.semaphore.try_take().map(|origin| Slot { semaphore: &self.semaphore, origin })
    }

    /// A guard for a slot that has been taken by a call that was ready to wait.
    pub(crate) fn slot(&self) -> Slot<'_> {
        Slot { semaphore: &self.semaphore, origin: self.semaphore.origin() }
    }

    /// Takes a slot if one is free, for a caller that gives it back by [`give_back`](Self::give_back).
    #[inline]
    pub(crate) fn take_slot(&self) -> bool {
        self.free_slot().map(Slot::keep).is_some()
    }

    /// Frees a slot that was kept.
    #[inline]
    pub(crate) fn give_back(&self) {
        self.semaphore.release();
    }

    pub(crate) fn refused(&self, because: FullBecause) -> Error {
        self.rejected.add_one(0);
        let limit = if self.closed.is() { 0 } else { self.limit() };
        if is_wanted(Kinds::REFUSALS) {
            self.report_refused(limit, because);
        }
        Error::BulkheadFull { name: self.name, limit }
    }

    #[cold]
    #[inline(never)]
    fn report_refused(&self, limit: usize, because: FullBecause) {
        let because = if limit == 0 { FullBecause::ShutDown } else { because };
        deliver(&Event::BulkheadFull(BulkheadFull { name: self.name, limit, because }));
    }

    /// Takes a slot, or a place in the queue that becomes a slot, and whose waker this is.
    ///
    /// # Errors
    ///
    /// [`Error::BulkheadFull`] if too many wait already.
    pub(crate) fn enter(&self, waker: &Waker) -> Result<Entered<'_>, Error> {
        if self.closed.is() {
            return Err(self.refused(FullBecause::ShutDown));
        }
        match self.semaphore.enter(self.kept.get().max_queue as usize, waker) {
            EnterOutcome::Taken => Ok(Entered::Slot(self.slot())),
            EnterOutcome::Queued(place) => {
                let waiting = Waiting::new(self, place);
                // A shutdown that began meanwhile may not have seen it in the queue.
                if self.closed.is() {
                    drop(waiting);
                    self.take_all_slots_if_closed();
                    return Err(self.refused(FullBecause::ShutDown));
                }
                Ok(Entered::Queue(waiting))
            }
            EnterOutcome::Full => Err(self.refused(FullBecause::QueueFull)),
        }
    }
}

impl Borrow<Semaphore> for Bulkhead {
    fn borrow(&self) -> &Semaphore {
        &self.semaphore
    }
}

impl SharedState for Bulkhead {
    type Policy = BulkheadPolicy;
    const KIND: &'static str = "bulkhead";

    fn make(name: Name, policy: BulkheadPolicy) -> Self {
        Self::named(name, policy)
    }

    fn made_with(&self) -> BulkheadPolicy {
        let first = *self.kept.first();
        BulkheadPolicy::of_kept(first, self.adaptive.as_deref().map(Adaptive::first_settings), first.limit)
    }

    #[cfg(feature = "config")]
    fn passing(name: Name) -> Self {
        Self::named(name, BulkheadPolicy::new(u32::MAX))
    }

    fn settings(policy: &BulkheadPolicy) -> Vec<(&'static str, String)> {
        policy.settings()
    }

    fn close(&self) {
        Drains::close(self);
    }
}

/// What a call got that may wait.
pub(crate) enum Entered<'a> {
    Slot(Slot<'a>),
    Queue(Waiting<'a, Bulkhead>),
}

/// The right of one call to be in flight. Dropping it frees the slot, or hands it to the first caller that waits.
#[derive(Debug)]
#[must_use = "a slot that is dropped at once limits nothing"]
pub struct Slot<'a> {
    semaphore: &'a Semaphore,
    /// Where it goes back to.
    origin: Origin<'a>,
}

impl Slot<'_> {
    /// Keeps the slot without a guard: nothing gives it back until [`Bulkhead::slot`] makes a guard again, or
    /// [`Bulkhead::give_back`] frees it.
    #[inline]
    pub(crate) fn keep(self) {
        let _ = ManuallyDrop::new(self);
    }

    /// As dropping it, where the body has ended as it should.
    #[inline]
    pub(crate) fn free(self) {
        let slot = ManuallyDrop::new(self);
        slot.semaphore.release_to(slot.origin);
    }
}

// Not inlined: a body that unwinds or is dropped is no reason for more code in each function.
impl Drop for Slot<'_> {
    fn drop(&mut self) {
        self.semaphore.release_to(self.origin);
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_light_bulkhead_is_small_and_has_no_lines() {
        let of_changes = if cfg!(feature = "config") { 24 } else { 0 };
        assert!(size_of::<Bulkhead>() <= 160 + of_changes, "{} bytes", size_of::<Bulkhead>());
        let light = Bulkhead::new("light", BulkheadPolicy::new(1_000)).light();
        let slots: Vec<_> = (0..1_000).map(|_| light.try_acquire().unwrap()).collect();
        assert_eq!(light.try_acquire().unwrap_err().name(), "light");
        assert!(!light.semaphore.has_lines());
        drop(slots);
        assert_eq!(light.stats(), BulkheadStats { accepted_calls: 1_000, rejected_calls: 1 });
    }

    #[test]
    fn the_settings_tell_the_limit_of_now_and_those_of_the_beginning_are_kept() {
        let made_with = BulkheadPolicy::new(3).max_queue(5);
        let bulkhead = Bulkhead::new("limit of now", made_with);
        bulkhead.set_limit(70);
        assert_eq!((bulkhead.policy(), bulkhead.limit()), (made_with.max_concurrent(70), 70));
        assert_eq!(bulkhead.made_with(), made_with);
        assert_eq!(bulkhead.available(), 70);
    }

    #[test]
    #[should_panic(expected = "`max_concurrent` must be at least 1")]
    fn a_limit_of_zero_is_a_problem() {
        Bulkhead::new("limit of zero", BulkheadPolicy::new(3)).set_limit(0);
    }
}
