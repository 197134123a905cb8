//! Bulkheads by key.

use std::ops::AddAssign;
use std::pin::{Pin, pin};
use std::time::{Duration, Instant};

use crate::bulkhead::bulkhead::{Bulkhead, BulkheadStats};
use crate::bulkhead::policy::BulkheadPolicy;
use crate::core::drained::{Calls, Drained, Drains};
use crate::core::shared_state::SharedState;
use crate::keyed::cell::{Cell, Worth};
use crate::keyed::per_key::PerKey;
use crate::keyed::policy::PerKeyPolicy;
use crate::timer::sleep::within;

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

impl Bulkheads {
    /// Shuts the bulkheads of all keys down, also of those that come later, as [`Bulkhead::shutdown`] does one.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{BulkheadPolicy, Bulkheads};
    /// use std::time::Duration;
    ///
    /// let tenants = Bulkheads::new("tenant", BulkheadPolicy::new(1).per_key());
    /// assert_eq!(tenants.shutdown(Duration::from_secs(5)).left, 0);
    /// assert!(tenants.get("a tenant that comes later").try_acquire().is_err());
    /// ```
    pub fn shutdown(&self, wait: Duration) -> Drained {
        self.shut_down(wait)
    }

    /// As [`shutdown`](Self::shutdown), without blocking the thread.
    ///
    /// Cancellation: dropped, it waits no longer; the bulkheads stay shut down if it was polled.
    pub async fn shutdown_async(&self, wait: Duration) -> Drained {
        let before = Drains::close(self);
        within(wait, pin!(self.wait_for_all())).await;
        self.drained_since(before)
    }

    async fn wait_for_all(&self) {
        for bulkhead in self.all() {
            Drains::wait(&*bulkhead).await;
        }
    }
}

impl Drains for Bulkheads {
    fn close(&self) -> Calls {
        let before = self.calls();
        SharedState::close(self);
        before
    }

    fn calls(&self) -> Calls {
        let (in_flight, waiting) =
            self.all().fold((0, 0), |(taken, waiting), it| (taken + it.in_flight(), waiting + it.waiting()));
        Calls { ended: self.stats().accepted_calls.saturating_sub(in_flight as u64), left: in_flight + waiting }
    }

    fn wait_until(&self, deadline: Option<Instant>) {
        self.all().for_each(|bulkhead| bulkhead.wait_until(deadline));
    }

    fn wait(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(self.wait_for_all())
    }
}

impl Cell for Bulkhead {
    type Stats = BulkheadStats;
    const PER_KEY: &'static str = "bulkhead by key";

    fn another(&self) -> Self {
        self.light()
    }

    #[cfg(feature = "config")]
    fn change(&self, policy: BulkheadPolicy) {
        self.change_policy(policy);
    }

    fn worth(&self) -> Worth {
        if self.in_flight() > 0 || self.waiting() > 0 || self.closed.is() {
            Worth::Protection
        } else if self.has_limit_of_policy() {
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

    #[tokio::test(start_paused = true)]
    async fn after_a_shutdown_no_key_has_a_slot() {
        let tenants = Bulkheads::new("tenant", BulkheadPolicy::new(1).per_key().max_keys(2));
        let busy = tenants.get("busy");
        let slot = busy.try_acquire().unwrap();
        assert_eq!(tenants.shutdown_async(Duration::from_secs(1)).await, Drained { finished: 0, left: 1 });
        drop(slot);
        assert_eq!(tenants.shutdown_async(Duration::from_secs(1)).await.left, 0);
        for tenant in 0..100_u32 {
            assert!(tenants.get(tenant).try_acquire().is_err());
        }
    }

    #[test]
    fn a_bulkhead_that_was_shut_down_is_not_forgotten() {
        let bulkhead = Bulkhead::new("tenant", BulkheadPolicy::new(2)).light();
        bulkhead.shutdown(Duration::ZERO);
        assert_eq!(bulkhead.worth(), Worth::Protection);
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
