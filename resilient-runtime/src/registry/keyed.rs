//! State per key in the registry.

use crate::bulkhead::per_key::Bulkheads;
use crate::bulkhead::policy::BulkheadPolicy;
use crate::circuit_breaker::per_key::CircuitBreakers;
use crate::circuit_breaker::policy::BreakerPolicy;
use crate::core::name::Name;
use crate::keyed::policy::PerKeyPolicy;
use crate::rate_limit::per_key::RateLimiters;
use crate::rate_limit::policy::RateLimitPolicy;
use crate::registry::named_map::Requester;
use crate::registry::registry::Registry;

impl Registry {
    /// The breakers of this name of which there is one for each key, if an attribute of the program gives the name with
    /// a `key` or they were made by hand; else `None`. If no call has made them yet, they are made now, as by
    /// [`circuit_breaker`](Self::circuit_breaker).
    ///
    /// ```
    /// use resilient_runtime::{BreakerPolicy, CircuitState, registry};
    ///
    /// registry().keyed_circuit_breakers_or_insert("host", BreakerPolicy::new().per_key());
    /// let hosts = registry().keyed_circuit_breakers("host").unwrap();
    /// hosts.get("a.example").force_open();
    /// assert_eq!(hosts.open(), ["a.example"]);
    /// hosts.reset_all();
    /// assert_eq!(hosts.get("a.example").state(), CircuitState::Closed);
    /// ```
    pub fn keyed_circuit_breakers(&self, name: &str) -> Option<&'static CircuitBreakers> {
        self.keyed_circuit_breakers.get(name)
    }

    /// The breakers of this name of which there is one for each key, made with `policy` if there are none yet.
    ///
    /// # Panics
    ///
    /// As [`circuit_breaker_or_insert`](Self::circuit_breaker_or_insert).
    #[track_caller]
    pub fn keyed_circuit_breakers_or_insert(
        &self,
        name: &str,
        policy: PerKeyPolicy<BreakerPolicy>,
    ) -> &'static CircuitBreakers {
        let requester = Requester::call("keyed_circuit_breakers_or_insert");
        self.keyed_circuit_breakers.resolve(Name::intern(name), Some(policy), &requester)
    }

    /// All breakers of which there is one for each key, by the rules of [`circuit_breakers`](Self::circuit_breakers).
    pub fn all_keyed_circuit_breakers(&self) -> Vec<&'static CircuitBreakers> {
        self.keyed_circuit_breakers.all()
    }

    /// The bulkheads of this name of which there is one for each key, as
    /// [`keyed_circuit_breakers`](Self::keyed_circuit_breakers).
    pub fn keyed_bulkheads(&self, name: &str) -> Option<&'static Bulkheads> {
        self.keyed_bulkheads.get(name)
    }

    /// The bulkheads of this name of which there is one for each key, made with `policy` if there are none yet.
    ///
    /// # Panics
    ///
    /// As [`circuit_breaker_or_insert`](Self::circuit_breaker_or_insert).
    #[track_caller]
    pub fn keyed_bulkheads_or_insert(&self, name: &str, policy: PerKeyPolicy<BulkheadPolicy>) -> &'static Bulkheads {
        let requester = Requester::call("keyed_bulkheads_or_insert");
        self.keyed_bulkheads.resolve(Name::intern(name), Some(policy), &requester)
    }

    /// All bulkheads of which there is one for each key, by the rules of [`circuit_breakers`](Self::circuit_breakers).
    pub fn all_keyed_bulkheads(&self) -> Vec<&'static Bulkheads> {
        self.keyed_bulkheads.all()
    }

    /// The rate limits of this name of which there is one for each key, as
    /// [`keyed_circuit_breakers`](Self::keyed_circuit_breakers).
    pub fn keyed_rate_limiters(&self, name: &str) -> Option<&'static RateLimiters> {
        self.keyed_rate_limiters.get(name)
    }

    /// The rate limits of this name of which there is one for each key, made with `policy` if there are none yet.
    ///
    /// # Panics
    ///
    /// As [`circuit_breaker_or_insert`](Self::circuit_breaker_or_insert).
    #[track_caller]
    pub fn keyed_rate_limiters_or_insert(
        &self,
        name: &str,
        policy: PerKeyPolicy<RateLimitPolicy>,
    ) -> &'static RateLimiters {
        let requester = Requester::call("keyed_rate_limiters_or_insert");
        self.keyed_rate_limiters.resolve(Name::intern(name), Some(policy), &requester)
    }

    /// All rate limits of which there is one for each key, by the rules of [`circuit_breakers`](Self::circuit_breakers).
    pub fn all_keyed_rate_limiters(&self) -> Vec<&'static RateLimiters> {
        self.keyed_rate_limiters.all()
    }
}
