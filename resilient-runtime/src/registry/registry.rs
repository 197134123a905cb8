//! The breakers and bulkheads of the process, by name; one definition per name.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::panic::Location;
use std::sync::LazyLock;

use crate::bulkhead::bulkhead::Bulkhead;
use crate::bulkhead::policy::BulkheadPolicy;
use crate::circuit_breaker::breaker::CircuitBreaker;
use crate::circuit_breaker::policy::BreakerPolicy;
use crate::core::name::Name;
use crate::core::sync::{Mutex, PoisonError};
use crate::registry::conflict::{Conflict, Origin};
use crate::registry::functions::{Function, functions};
use crate::registry::state_ref::{Shared, Site};

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
    /// The breaker of this name: whatever an attribute of the program names, or has been made by hand.
    ///
    /// If no call has made it yet, it is made now, with the settings that the attributes of the program give it; their
    /// first call then finds this one. So an operator can [`force_open`](CircuitBreaker::force_open) it in advance.
    /// `None` for a name that nobody uses; the lookup does not make one.
    pub fn circuit_breaker(&self, name: &str) -> Option<&'static CircuitBreaker> {
        self.breakers.get(name)
    }

    /// The breaker of this name, made with `policy` if there is none yet.
    ///
    /// # Panics
    ///
    /// In debug builds if it is there with other settings, or attributes give the name other settings, also if they
    /// have not run yet. In release builds that is written to standard error, once for each two places that differ, and
    /// the settings of the first stay.
    #[track_caller]
    pub fn circuit_breaker_or_insert(&self, name: &str, policy: BreakerPolicy) -> &'static CircuitBreaker {
        self.breakers.resolve(Name::intern(name), Some(policy), &Giver::call("circuit_breaker_or_insert"))
    }

    /// All breakers, in no particular order: those that have been made, by a call, by hand or by a lookup, and those that
    /// attributes give settings and no call has made yet.
    ///
    /// Listing does not decide which settings a name gets. So a name that attributes give no settings, or contradictory
    /// ones, is listed once it has been made: it may still be made by hand.
    pub fn circuit_breakers(&self) -> Vec<&'static CircuitBreaker> {
        self.breakers.all()
    }

    /// The bulkhead of this name: whatever an attribute of the program names, or has been made by hand. As
    /// [`circuit_breaker`](Self::circuit_breaker), it is made now if no call has made it yet.
    pub fn bulkhead(&self, name: &str) -> Option<&'static Bulkhead> {
        self.bulkheads.get(name)
    }

    /// The bulkhead of this name, made with `policy` if there is none yet.
    ///
    /// # Panics
    ///
    /// As [`circuit_breaker_or_insert`](Self::circuit_breaker_or_insert).
    #[track_caller]
    pub fn bulkhead_or_insert(&self, name: &str, policy: BulkheadPolicy) -> &'static Bulkhead {
        self.bulkheads.resolve(Name::intern(name), Some(policy), &Giver::call("bulkhead_or_insert"))
    }

    /// All bulkheads that have a name, in no particular order, as [`circuit_breakers`](Self::circuit_breakers) lists the
    /// breakers.
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
    item: &'static T,
    /// Who gave it its settings; nobody, if it has the defaults.
    by: Option<Origin>,
    /// The places that give it other settings, as far as that has been written to standard error.
    reported: Vec<Origin>,
}

/// Who asks for shared state.
pub(crate) enum Giver<T: Shared> {
    Site(&'static Site<T>),
    /// The method of the registry, and where it is called.
    Call(&'static str, &'static Location<'static>),
}

impl<T: Shared> Shelf<T> {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(HashMap::new()))
    }

    /// Nothing that is not ours runs in here: it could look up the registry, or panic.
    fn with<R>(&self, act: impl FnOnce(&mut HashMap<Name, Made<T>>) -> R) -> R {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn find(&self, name: &str) -> Option<&'static T> {
        self.with(|items| items.get(name).map(|made| made.item))
    }

    /// What has been made, or is named by an attribute.
    fn get(&self, name: &str) -> Option<&'static T> {
        let named = || sites::<T>().find(|(_, site)| site.name() == *name).map(|(_, site)| self.get_named(site.name()));
        self.find(name).or_else(named)
    }

    /// What some attribute names.
    fn get_named(&self, name: Name) -> &'static T {
        self.find(&name).unwrap_or_else(|| self.make(name, defined::<T>(name)))
    }

    /// What has been made, or would be made with the same settings whoever came first.
    fn all(&self) -> Vec<&'static T> {
        for (_, site) in sites::<T>() {
            if self.find(&site.name()).is_none() && is_undisputed::<T>(site.name()) {
                self.make(site.name(), defined::<T>(site.name()));
            }
        }
        self.with(|items| items.values().map(|made| made.item).collect())
    }

    /// What has been made with settings that somebody gave, and who.
    pub(crate) fn given(&self) -> Vec<(Name, Place, T::Policy)> {
        let made: Vec<_> = self.with(|items| items.iter().map(|(name, made)| (*name, made.by, made.item)).collect());
        made.into_iter().filter_map(|(name, by, item)| Some((name, by?.place, item.made_with()))).collect()
    }

    /// The first to come makes it, with its own settings or those that are given elsewhere.
    pub(crate) fn resolve(&self, name: Name, policy: Option<T::Policy>, giver: &Giver<T>) -> &'static T {
        let Some(policy) = policy else {
            return self.get_named(name);
        };
        let found = self.find(&name);
        let item = found.unwrap_or_else(|| self.make(name, Some((policy, giver.origin()))));
        if item.made_with() != policy {
            self.report(name, item, policy, giver.origin());
        }
        // The search costs time, and in release builds one report is enough.
        let is_report_due = found.is_none() || cfg!(debug_assertions);
        if is_report_due && matches!(giver, Giver::Call(..)) {
            self.report_attributes(name, item);
        }
        item
    }

    /// Makes it, or returns what another thread made meanwhile. Making runs without the lock.
    fn make(&self, name: Name, settings: Option<(T::Policy, Origin)>) -> &'static T {
        let (policy, by) = settings.unzip();
        let new = Box::new(T::make(name, policy.unwrap_or_default()));
        let (item, surplus) = self.with(|items| match items.entry(name) {
            Entry::Occupied(made) => (made.get().item, Some(new)),
            Entry::Vacant(place) => {
                let item = Box::leak(new);
                (place.insert(Made { item, by, reported: Vec::new() }).item, None)
            }
        });
        drop(surplus);
        item
    }

    /// Reports every attribute that gives other settings, whether it has run or not.
    fn report_attributes(&self, name: Name, item: &T) {
        let in_force = item.made_with();
        for (policy, of) in given::<T>(name).filter(|(policy, _)| *policy != in_force) {
            self.report(name, item, policy, of);
        }
    }

    /// Panics in debug builds; in release builds writes to standard error what it has not yet written.
    fn report(&self, name: Name, item: &T, ignored: T::Policy, of: Origin) {
        let is_known = |made: &mut Made<T>| {
            let is_known = made.reported.contains(&of);
            if !is_known {
                made.reported.push(of);
            }
            (made.by, is_known)
        };
        let (by, is_known) = self.with(|items| items.get_mut(&name).map(is_known)).unwrap_or_default();
        let conflict = || Conflict::<T> { name, in_force: item.made_with(), by, ignored, of };
        match is_known {
            _ if cfg!(debug_assertions) => panic!("{}", conflict()),
            true => {}
            false => conflict().write(),
        }
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
    #[track_caller]
    pub(crate) fn call(method: &'static str) -> Self {
        Self::Call(method, Location::caller())
    }

    fn origin(&self) -> Origin {
        match self {
            // Every function tells of its sites, so it is found.
            Self::Site(site) => sites::<T>()
                .find(|(_, known)| std::ptr::eq(*known, *site))
                .map_or(Origin { place: Place::Call("Site::get"), line: None }, |(function, _)| {
                    Origin::function(function)
                }),
            Self::Call(method, line) => Origin { place: Place::Call(method), line: Some(line) },
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

/// The settings that attributes in the program give this name.
fn given<T: Shared>(name: Name) -> impl Iterator<Item = (T::Policy, Origin)> {
    let sites = sites::<T>().filter(move |(_, site)| site.name() == name);
    sites.filter_map(|(function, site)| Some((*site.policy()?, Origin::function(function))))
}

/// Those that count where no call decides.
fn defined<T: Shared>(name: Name) -> Option<(T::Policy, Origin)> {
    given::<T>(name).next()
}

/// Whether attributes give it settings, and all the same.
fn is_undisputed<T: Shared>(name: Name) -> bool {
    let mut all = given::<T>(name);
    all.next().is_some_and(|(first, _)| all.all(|(other, _)| other == first))
}

#[cfg(all(test, not(resilient_loom)))]
mod tests;
