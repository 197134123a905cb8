//! A bulkhead whose settings change while calls hold its slots and wait for one.

use crate::bulkhead::adaptive::Adaptive;
use crate::bulkhead::bulkhead::{Bulkhead, Slot};
use crate::bulkhead::policy::BulkheadPolicy;

impl Bulkhead {
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
        let kept = *self.kept.get();
        self.policy() == BulkheadPolicy::of_kept(kept, self.adapting().map(Adaptive::settings), kept.limit)
    }

    /// A slot for a call that found none, and whose settings say now that it does not wait: others may have been in force
    /// when it looked.
    #[inline]
    pub(crate) fn slot_by_these_settings(&self) -> Option<Slot<'_>> {
        if cfg!(feature = "config") { self.free_slot() } else { None }
    }
}
