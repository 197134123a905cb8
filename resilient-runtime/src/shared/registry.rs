//! The breakers and bulkheads of the process, by name; one definition per name.

use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

use crate::name::Name;
use crate::policy::breaker::BreakerPolicy;
use crate::policy::bulkhead::BulkheadPolicy;
use crate::shared::bulkhead::Bulkhead;
use crate::shared::circuit_breaker::CircuitBreaker;
use crate::shared::functions::{Function, functions};
use crate::shared::site::{Shared, Site};
use crate::sync::{Mutex, PoisonError};

/// Every named breaker and bulkhead of the process. See [`registry`].
#[derive(Debug)]
pub struct Registry {
    pub(super) breakers: Shelf<CircuitBreaker>,
    pub(super) bulkheads: Shelf<Bulkhead>,
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
    static REGISTRY: LazyLock<Registry> =
        LazyLock::new(|| Registry { breakers: Shelf::new(), bulkheads: Shelf::new() });
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
        self.breakers.resolve(Name::intern(name), Some(policy), &Giver::Call("circuit_breaker_or_insert"))
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
        self.bulkheads.resolve(Name::intern(name), Some(policy), &Giver::Call("bulkhead_or_insert"))
    }

    /// All bulkheads there are that have a name, in no particular order.
    pub fn bulkheads(&self) -> Vec<&'static Bulkhead> {
        self.bulkheads.all()
    }
}

/// One kind of shared state, by name.
#[derive(Debug)]
pub struct Shelf<T: 'static>(Mutex<HashMap<Name, Made<T>>>);

/// What is on the shelf.
#[derive(Debug)]
pub(super) struct Made<T: 'static> {
    pub(super) item: &'static T,
    /// Who gave it its settings; nobody, if it has the defaults.
    pub(super) by: Option<Place>,
}

/// Who asks for shared state.
pub(super) enum Giver<T: Shared> {
    Site(&'static Site<T>),
    /// The method of the registry.
    Call(&'static str),
}

impl<T: Shared> Shelf<T> {
    pub(super) fn new() -> Self {
        Self(Mutex::new(HashMap::new()))
    }

    fn with<R>(&self, act: impl FnOnce(&mut HashMap<Name, Made<T>>) -> R) -> R {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn get(&self, name: &str) -> Option<&'static T> {
        self.with(|items| items.get(name).map(|made| made.item))
    }

    fn all(&self) -> Vec<&'static T> {
        self.with(|items| items.values().map(|made| made.item).collect())
    }

    /// What has been made with settings that somebody gave, and who.
    pub(super) fn given(&self) -> Vec<(Name, Place, T::Policy)> {
        let given = |(name, made): (&Name, &Made<T>)| Some((*name, made.by?, made.item.made_with()));
        self.with(|items| items.iter().filter_map(given).collect())
    }

    /// The first to come makes it, with its own settings or those that are given elsewhere.
    pub(super) fn resolve(&self, name: Name, policy: Option<T::Policy>, giver: &Giver<T>) -> &'static T {
        let item = self.with(|items| {
            let make = || {
                let settings = policy.map(|policy| (policy, giver.place())).or_else(|| defined::<T>(name));
                let (policy, by) = settings.unzip();
                Made { item: Box::leak(Box::new(T::make(name, policy.unwrap_or_default()))), by }
            };
            items.entry(name).or_insert_with(make).item
        });
        if let Some(policy) = policy.filter(|policy| *policy != item.made_with()) {
            report_conflict(item, name, policy, giver.place());
        }
        item
    }
}

/// Where settings are given, or a name alone. See [`Problem`](crate::Problem).
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Place {
    /// By an attribute of this function.
    Function(&'static Function),
    /// By a call of this method of the [`Registry`].
    Call(&'static str),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Function(function) => write!(f, "{}:{} ({})", function.file(), function.line(), function.path()),
            Self::Call(method) => write!(f, "a call of `{method}`"),
        }
    }
}

impl<T: Shared> Giver<T> {
    fn place(&self) -> Place {
        match self {
            // Every function tells of its sites, so it is found.
            Self::Site(site) => sites::<T>()
                .find(|(_, known)| std::ptr::eq(*known, *site))
                .map_or(Place::Call("Site::get"), |(function, _)| Place::Function(function)),
            Self::Call(method) => Place::Call(method),
        }
    }
}

/// All places in the program that name shared state of this kind, collected when it is linked: settings are known
/// wherever they are written, also if a place that gives only the name runs first.
pub(super) fn sites<T: Shared>() -> impl Iterator<Item = (&'static Function, &'static Site<T>)> {
    functions().flat_map(|function| {
        let sites = function.layers().iter().filter_map(|layer| layer.shared().and_then(T::site));
        sites.map(move |site| (function, site))
    })
}

/// The settings that some attribute in the program gives this name.
fn defined<T: Shared>(name: Name) -> Option<(T::Policy, Place)> {
    sites::<T>()
        .filter(|(_, site)| site.name() == name)
        .find_map(|(function, site)| Some((*site.policy()?, Place::Function(function))))
}

/// Two places gave one name different settings, which is a bug in the program.
fn report_conflict<T: Shared>(item: &T, name: Name, policy: T::Policy, place: Place) {
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
