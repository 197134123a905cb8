//! A place in the program that names shared state.

use std::fmt::Debug;
use std::sync::OnceLock;

use crate::bulkhead::bulkhead::Bulkhead;
use crate::bulkhead::policy::BulkheadPolicy;
use crate::circuit_breaker::breaker::CircuitBreaker;
use crate::circuit_breaker::policy::BreakerPolicy;
use crate::core::name::Name;
use crate::registry::registry::{Giver, Registry, Shelf, registry};

/// What can be shared by name.
pub trait Shared: Sized + Sync + 'static {
    /// What it is made with.
    type Policy: Copy + PartialEq + Debug + Default + Send + Sync + 'static;
    /// What to call it in a message.
    const KIND: &'static str;

    /// Makes one.
    fn make(name: Name, policy: Self::Policy) -> Self;
    /// What it was made with.
    fn made_with(&self) -> Self::Policy;
    /// The settings of a policy, each under its name.
    fn settings(policy: &Self::Policy) -> Vec<(&'static str, String)>;
    /// The place, if it is of this kind.
    fn site(shared: SharedSite) -> Option<&'static Site<Self>>;
    /// Where it is kept.
    fn shelf(registry: &Registry) -> &Shelf<Self>;
}

/// A place of either kind.
#[derive(Clone, Copy, Debug)]
pub enum SharedSite {
    /// It names a circuit breaker.
    CircuitBreaker(&'static Site<CircuitBreaker>),
    /// It names a bulkhead.
    Bulkhead(&'static Site<Bulkhead>),
}

impl SharedSite {
    pub(crate) const fn name(self) -> Name {
        match self {
            Self::CircuitBreaker(site) => site.name,
            Self::Bulkhead(site) => site.name,
        }
    }
}

/// A place in the program that names shared state, and perhaps gives its settings.
#[derive(Debug)]
pub struct Site<T: Shared> {
    name: Name,
    policy: Option<T::Policy>,
    resolved: OnceLock<&'static T>,
}

impl<T: Shared> Site<T> {
    /// `policy` is `None` where only the name is given.
    pub const fn new(name: Name, policy: Option<T::Policy>) -> Self {
        Self { name, policy, resolved: OnceLock::new() }
    }

    /// What the name stands for; resolved once, then one load.
    #[inline]
    pub fn get(&'static self) -> &'static T {
        self.resolved.get().copied().unwrap_or_else(|| self.resolve())
    }

    /// What belongs to this place alone and is in no registry.
    #[inline]
    pub fn own(&'static self) -> &'static T {
        self.resolved.get().copied().unwrap_or_else(|| self.make())
    }

    /// Runs outside of `get_or_init`, in which making could not use this place, and others would wait for a report.
    #[cold]
    fn resolve(&'static self) -> &'static T {
        let item = T::shelf(registry()).resolve(self.name, self.policy, &Giver::Site(self));
        self.resolved.get_or_init(|| item)
    }

    #[cold]
    fn make(&'static self) -> &'static T {
        let new = Box::new(T::make(self.name, self.policy.unwrap_or_default()));
        self.resolved.get_or_init(|| Box::leak(new))
    }

    pub(crate) const fn name(&self) -> Name {
        self.name
    }

    pub(crate) const fn policy(&self) -> Option<&T::Policy> {
        self.policy.as_ref()
    }
}

impl Shared for CircuitBreaker {
    type Policy = BreakerPolicy;
    const KIND: &'static str = "circuit breaker";

    fn make(name: Name, policy: BreakerPolicy) -> Self {
        Self::named(name, policy)
    }

    fn made_with(&self) -> BreakerPolicy {
        *self.policy()
    }

    fn settings(policy: &BreakerPolicy) -> Vec<(&'static str, String)> {
        policy.settings()
    }

    fn site(shared: SharedSite) -> Option<&'static Site<Self>> {
        match shared {
            SharedSite::CircuitBreaker(site) => Some(site),
            SharedSite::Bulkhead(_) => None,
        }
    }

    fn shelf(registry: &Registry) -> &Shelf<Self> {
        &registry.breakers
    }
}

impl Shared for Bulkhead {
    type Policy = BulkheadPolicy;
    const KIND: &'static str = "bulkhead";

    fn make(name: Name, policy: BulkheadPolicy) -> Self {
        Self::named(name, policy)
    }

    fn made_with(&self) -> BulkheadPolicy {
        *self.policy()
    }

    fn settings(policy: &BulkheadPolicy) -> Vec<(&'static str, String)> {
        policy.settings()
    }

    fn site(shared: SharedSite) -> Option<&'static Site<Self>> {
        match shared {
            SharedSite::Bulkhead(site) => Some(site),
            SharedSite::CircuitBreaker(_) => None,
        }
    }

    fn shelf(registry: &Registry) -> &Shelf<Self> {
        &registry.bulkheads
    }
}
