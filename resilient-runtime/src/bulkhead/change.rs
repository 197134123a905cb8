//! A bulkhead whose settings change while calls hold its slots and wait for one.

use crate::bulkhead::bulkhead::{Bulkhead, Slot};
use crate::bulkhead::policy::BulkheadPolicy;
use crate::core::error::Error;
use crate::event::refusal_events::FullBecause;

impl Bulkhead {
    /// Changes how many calls may be in flight at a time, while calls are in flight and wait. It takes effect before
    /// this returns:
    ///
    /// - a higher limit gives slots to the calls that wait, in the order of their arrival;
    /// - with a lower one the calls in flight go on, those that wait stay in the queue, and no call gets a slot until
    ///   fewer than the limit are in flight.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{Bulkhead, BulkheadPolicy};
    ///
    /// let bulkhead = Bulkhead::new("db", BulkheadPolicy::new(1));
    /// let first = bulkhead.try_acquire().unwrap();
    /// bulkhead.set_limit(2);
    /// let second = bulkhead.try_acquire().unwrap();
    /// bulkhead.set_limit(1);
    /// drop(first);
    /// assert_eq!((bulkhead.in_flight(), bulkhead.limit()), (1, 1));
    /// assert!(bulkhead.try_acquire().unwrap_err().is_bulkhead_full());
    /// drop(second);
    /// assert!(bulkhead.try_acquire().is_ok());
    /// ```
    ///
    /// After a [`shutdown`](Self::shutdown) it changes nothing. A limit that [adapts itself](BulkheadPolicy::adaptive) is set
    /// to the nearest one within its bounds, and goes on from there.
    ///
    /// # Panics
    ///
    /// In debug builds if `limit` is zero. In release builds zero becomes 1.
    #[track_caller]
    pub fn set_limit(&self, limit: u32) {
        let limit = BulkheadPolicy::new(limit).limit();
        match &self.adaptive {
            None => self.apply_limit(limit),
            Some(adaptive) => {
                adaptive.set_limit(limit);
                self.follow();
            }
        }
    }

    pub(super) fn apply_limit(&self, limit: u32) {
        if !self.closed.is() {
            self.semaphore.set_limit(limit);
        }
        // If a shutdown has begun meanwhile.
        self.take_all_slots_if_closed();
    }

    /// Changes its settings. Calls that wait do so as they began. A limit that adapts itself stays where the settings say
    /// so, and later goes on from where it was.
    #[cfg(feature = "config")]
    pub(crate) fn change_policy(&self, policy: BulkheadPolicy) {
        let kept = policy.kept();
        let replace = || _ = self.kept.replace(|known| *known == kept, || kept);
        let change_limit = || match &self.adaptive {
            None => self.set_limit(kept.limit),
            Some(adaptive) => {
                adaptive.fix((!policy.is_adaptive()).then_some(kept.limit));
                adaptive.set_overload_after(policy.given_overload_after());
                self.follow();
            }
        };
        // What lets more calls pass comes first, so that each refusal is one by the settings before or after: a call that
        // does not wait, by these, finds the slots of these.
        if kept.limit > self.semaphore.limit() {
            change_limit();
            replace();
        } else {
            replace();
            change_limit();
        }
    }

    /// Whether its limit is that of its settings, which the program has not changed.
    pub(super) fn has_limit_of_policy(&self) -> bool {
        // After a shutdown it is zero.
        self.semaphore.limit().max(1) == self.kept.get().limit
    }

    /// A slot for a call that found none, and whose settings say now that it does not wait: others may have been in force
    /// when it looked. Or its refusal.
    #[inline]
    pub(crate) fn slot_or_refusal(&self) -> Result<Slot<'_>, Error> {
        let slot = if cfg!(feature = "config") { self.free_slot() } else { None };
        slot.ok_or_else(|| self.refused(FullBecause::NoSlot))
    }
}
