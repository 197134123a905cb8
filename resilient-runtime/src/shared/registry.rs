//! The breakers and bulkheads of the process, by name; one definition per name.

use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::name::Name;
use crate::policy::breaker::BreakerPolicy;
use crate::policy::bulkhead::BulkheadPolicy;
use crate::shared::bulkhead::Bulkhead;
use crate::shared::circuit_breaker::CircuitBreaker;

/// Every named breaker and bulkhead of the process. See [`registry`].
#[derive(Debug)]
pub struct Registry {
    breakers: Shelf<CircuitBreaker>,
    bulkheads: Shelf<Bulkhead>,
}

/// The registry of the process.
///
/// ```
/// use resilient_runtime::{BreakerPolicy, registry};
///
/// assert!(registry().circuit_breaker("unheard of").is_none());
/// let made = registry().circuit_breaker_or_insert("payments", BreakerPolicy::new());
/// assert!(std::ptr::eq(made, registry().circuit_breaker("payments").unwrap()));
/// ```
pub fn registry() -> &'static Registry {
    static REGISTRY: Registry = Registry { breakers: Shelf::new(), bulkheads: Shelf::new() };
    &REGISTRY
}

impl Registry {
    /// The breaker of this name, once a function that names it has run.
    pub fn circuit_breaker(&self, name: &str) -> Option<&'static CircuitBreaker> {
        self.breakers.get(name)
    }

    /// The breaker of this name, made with `policy` if there is none yet.
    ///
    /// # Panics
    ///
    /// In debug builds if it is there with other settings, or attributes give the name other settings; in release
    /// builds that is written to standard error, and the settings of the first stay.
    pub fn circuit_breaker_or_insert(&self, name: &str, policy: BreakerPolicy) -> &'static CircuitBreaker {
        self.breakers.resolve(Name::intern(name), Some(policy), "a call of `circuit_breaker_or_insert`")
    }

    /// All breakers there are, in no particular order.
    pub fn circuit_breakers(&self) -> Vec<&'static CircuitBreaker> {
        self.breakers.all()
    }

    /// The bulkhead of this name, once a function that names it has run.
    pub fn bulkhead(&self, name: &str) -> Option<&'static Bulkhead> {
        self.bulkheads.get(name)
    }

    /// The bulkhead of this name, made with `policy` if there is none yet.
    ///
    /// # Panics
    ///
    /// As [`circuit_breaker_or_insert`](Self::circuit_breaker_or_insert).
    pub fn bulkhead_or_insert(&self, name: &str, policy: BulkheadPolicy) -> &'static Bulkhead {
        self.bulkheads.resolve(Name::intern(name), Some(policy), "a call of `bulkhead_or_insert`")
    }

    /// All bulkheads there are that have a name, in no particular order.
    pub fn bulkheads(&self) -> Vec<&'static Bulkhead> {
        self.bulkheads.all()
    }
}

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
    /// The place that `definition` tells of, if it is of this kind.
    fn defined_at(definition: &Definition) -> Option<&'static Site<Self>>;
    /// Where it is kept.
    fn shelf(registry: &'static Registry) -> &'static Shelf<Self>;
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

    fn defined_at(definition: &Definition) -> Option<&'static Site<Self>> {
        match definition {
            Definition::CircuitBreaker(site) => Some(site),
            Definition::Bulkhead(_) => None,
        }
    }

    fn shelf(registry: &'static Registry) -> &'static Shelf<Self> {
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

    fn defined_at(definition: &Definition) -> Option<&'static Site<Self>> {
        match definition {
            Definition::Bulkhead(site) => Some(site),
            Definition::CircuitBreaker(_) => None,
        }
    }

    fn shelf(registry: &'static Registry) -> &'static Shelf<Self> {
        &registry.bulkheads
    }
}

/// A place in the program that names shared state, and perhaps gives its settings.
#[derive(Debug)]
pub struct Site<T: Shared> {
    name: Name,
    policy: Option<T::Policy>,
    /// `file:line`.
    place: &'static str,
    resolved: OnceLock<&'static T>,
}

impl<T: Shared> Site<T> {
    /// `policy` is `None` where only the name is given.
    pub const fn new(name: Name, policy: Option<T::Policy>, place: &'static str) -> Self {
        Self { name, policy, place, resolved: OnceLock::new() }
    }

    /// What the name stands for; resolved once, then one load.
    pub fn get(&'static self) -> &'static T {
        self.resolved.get_or_init(|| T::shelf(registry()).resolve(self.name, self.policy, self.place))
    }

    /// What belongs to this place alone and is in no registry.
    pub fn own(&'static self) -> &'static T {
        self.resolved.get_or_init(|| Box::leak(Box::new(T::make(self.name, self.policy.unwrap_or_default()))))
    }
}

/// A place that gives settings to a name, collected when the program is linked: the settings are known wherever they
/// are written, also if a place that gives only the name runs first.
#[derive(Debug)]
pub enum Definition {
    /// Settings of a circuit breaker.
    CircuitBreaker(&'static Site<CircuitBreaker>),
    /// Settings of a bulkhead.
    Bulkhead(&'static Site<Bulkhead>),
}

inventory::collect!(Definition);

/// One kind of shared state, by name.
#[derive(Debug)]
pub struct Shelf<T: 'static>(Mutex<Option<HashMap<Name, &'static T>>>);

impl<T: Shared> Shelf<T> {
    const fn new() -> Self {
        Self(Mutex::new(None))
    }

    fn with<R>(&self, act: impl FnOnce(&mut HashMap<Name, &'static T>) -> R) -> R {
        let mut items = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        act(items.get_or_insert_default())
    }

    fn get(&self, name: &str) -> Option<&'static T> {
        self.with(|items| items.get(name).copied())
    }

    fn all(&self) -> Vec<&'static T> {
        self.with(|items| items.values().copied().collect())
    }

    /// The first to come makes it, with its own settings or those that are given elsewhere.
    fn resolve(&self, name: Name, policy: Option<T::Policy>, place: &str) -> &'static T {
        let item = self.with(|items| {
            *items.entry(name).or_insert_with(|| {
                let policy = policy.or_else(|| defined::<T>(name)).unwrap_or_default();
                Box::leak(Box::new(T::make(name, policy)))
            })
        });
        if let Some(policy) = policy.filter(|policy| *policy != item.made_with()) {
            report_conflict(item, name, policy, place);
        }
        item
    }
}

/// The settings that some attribute in the program gives this name.
fn defined<T: Shared>(name: Name) -> Option<T::Policy> {
    inventory::iter::<Definition>
        .into_iter()
        .filter_map(T::defined_at)
        .find(|site| site.name == name && site.policy.is_some())
        .and_then(|site| site.policy)
}

/// Two places gave one name different settings, which is a bug in the program.
fn report_conflict<T: Shared>(item: &T, name: Name, policy: T::Policy, place: &str) {
    let message = format!(
        "{} `{name}` has settings already, and {place} gives it others; give them at one place, and the name alone at \
         the others\n  in force: {:?}\n  ignored: {policy:?}",
        T::KIND,
        item.made_with(),
    );
    #[cfg(debug_assertions)]
    panic!("{message}");
    #[cfg(not(debug_assertions))]
    eprintln!("resilient: error: {message}");
}
