//! States of one key that a test forces, until a guard drops.

use crate::bulkhead::per_key::Bulkheads;
use crate::circuit_breaker::per_key::CircuitBreakers;
use crate::keyed::key::Key;
use crate::registry::linked_names::names_of;
use crate::registry::registry::registry;
use crate::testing::forced::{Forced, Kind, Open, all_slots, unknown};
use crate::testing::scope::Scope;

impl Scope {
    /// As [`force_open`](Self::force_open) for the breaker of one key. Those of other keys are as they were.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{BreakerPolicy, registry};
    ///
    /// let scope = resilient::testing::scope();
    /// let hosts =
    ///     registry().keyed_circuit_breakers_or_insert("host", BreakerPolicy::new().per_key());
    /// let forced = scope.force_open_key("host", "a.example");
    /// assert!(!hosts.get("a.example").is_call_permitted());
    /// assert!(hosts.get("b.example").is_call_permitted());
    /// drop(forced);
    /// assert!(hosts.get("a.example").is_call_permitted());
    /// ```
    ///
    /// # Panics
    ///
    /// If no breakers by key have that name; the message has the one that was probably meant.
    #[track_caller]
    pub fn force_open_key(&self, name: &str, key: impl Key) -> Forced {
        let _entered = self.enter();
        let Some(breakers) = registry().keyed_circuit_breakers(name) else {
            unknown("no circuit breakers by key are", name, names_of::<CircuitBreakers>().into_iter())
        };
        let breaker = breakers.get(key);
        Forced(Kind::OpenKey(Open::force(breaker)))
    }

    /// As [`fill`](Self::fill) for the bulkhead of one key.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{BulkheadPolicy, registry};
    ///
    /// let scope = resilient::testing::scope();
    /// let tenants =
    ///     registry().keyed_bulkheads_or_insert("tenant", BulkheadPolicy::new(2).per_key());
    /// let full = scope.fill_key("tenant", 7);
    /// assert_eq!((tenants.get(7).available(), tenants.get(8).available()), (0, 2));
    /// drop(full);
    /// assert_eq!(tenants.get(7).available(), 2);
    /// ```
    ///
    /// # Panics
    ///
    /// If no bulkheads by key have that name; the message has the one that was probably meant.
    #[track_caller]
    pub fn fill_key(&self, name: &str, key: impl Key) -> Forced {
        let _entered = self.enter();
        let Some(bulkheads) = registry().keyed_bulkheads(name) else {
            unknown("no bulkheads by key are", name, names_of::<Bulkheads>().into_iter())
        };
        let bulkhead = bulkheads.get(key);
        Forced(Kind::FullKey(all_slots(&bulkhead, || bulkhead.try_acquire_owned())))
    }
}
