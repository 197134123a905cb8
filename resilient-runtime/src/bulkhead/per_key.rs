//! Bulkheads by key.

use std::ops::AddAssign;

use crate::bulkhead::bulkhead::{Bulkhead, BulkheadStats};
use crate::bulkhead::policy::BulkheadPolicy;
use crate::core::shared_state::SharedState as _;
use crate::keyed::cell::{Cell, Worth};
use crate::keyed::per_key::PerKey;
use crate::keyed::policy::PerKeyPolicy;

/// A bulkhead for each key, such as each tenant. See [`PerKey`].
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::{BulkheadPolicy, Bulkheads};
///
/// let tenants = Bulkheads::new("tenant", BulkheadPolicy::new(1).per_key());
/// let first = tenants.get(7_u64);
/// let _slot = first.try_acquire().unwrap();
/// assert_eq!(tenants.get(7_u64).try_acquire().unwrap_err().name(), "tenant");
/// assert!(tenants.get(8_u64).try_acquire().is_ok());
/// assert_eq!(tenants.full(), ["7"]);
/// ```
pub type Bulkheads = PerKey<Bulkhead>;

impl BulkheadPolicy {
    /// These settings for each key.
    pub const fn per_key(self) -> PerKeyPolicy<Self> {
        PerKeyPolicy::of(self)
    }
}

impl Bulkheads {
    /// The keys whose bulkheads have no free slot, in their order. A long key stands as it is kept, see
    /// [`Key`](crate::Key).
    pub fn full(&self) -> Vec<String> {
        let is_full = |bulkhead: &Bulkhead| (bulkhead.available() == 0).then_some(());
        self.pick(is_full).into_iter().map(|(key, ())| key).collect()
    }

    /// The totals of all keys together, also of those that were forgotten.
    pub fn stats(&self) -> BulkheadStats {
        self.total()
    }
}

impl Cell for Bulkhead {
    type Stats = BulkheadStats;
    const PER_KEY: &'static str = "bulkhead by key";

    fn another(&self) -> Self {
        self.light()
    }

    fn worth(&self) -> Worth {
        if self.in_flight() > 0 || self.waiting() > 0 {
            Worth::Protection
        } else if self.policy() == self.made_with() {
            Worth::Nothing
        } else {
            Worth::Memory
        }
    }

    fn totals(&self) -> BulkheadStats {
        self.stats()
    }
}

impl AddAssign for BulkheadStats {
    fn add_assign(&mut self, other: Self) {
        self.accepted_calls += other.accepted_calls;
        self.rejected_calls += other.rejected_calls;
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_bulkhead_in_use_protects_and_any_other_is_worth_nothing() {
        let bulkhead = Bulkhead::new("tenant", BulkheadPolicy::new(2)).light();
        assert_eq!(bulkhead.worth(), Worth::Nothing);
        let slot = bulkhead.try_acquire().unwrap();
        assert_eq!(bulkhead.worth(), Worth::Protection);
        drop(slot);
        assert_eq!(bulkhead.worth(), Worth::Nothing);
        bulkhead.set_limit(7);
        assert_eq!(bulkhead.worth(), Worth::Memory);
    }

    #[test]
    fn tenants_that_come_once_leave_few_bulkheads() {
        let tenants = Bulkheads::new("tenant", BulkheadPolicy::new(1).per_key());
        let busy = tenants.get("busy");
        let slot = busy.try_acquire().unwrap();
        for tenant in 0..100_000_u32 {
            drop(tenants.get(tenant).try_acquire().unwrap());
        }
        assert!(tenants.get("busy").try_acquire().is_err());
        assert!(tenants.len() <= 9 * 128, "{} bulkheads", tenants.len());
        assert_eq!(tenants.stats(), BulkheadStats { accepted_calls: 100_001, rejected_calls: 1 });
        assert_eq!(tenants.full(), ["busy"]);
        drop(slot);
    }
}
