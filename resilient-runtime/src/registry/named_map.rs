//! The shared state of one kind by its name. Each name has one state with one set of settings.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::panic::Location;

use crate::core::name::Name;
use crate::core::shared_state::SharedState;
use crate::core::sync::{Mutex, PoisonError};
use crate::registry::conflict::Conflict;
use crate::registry::definitions::{
    ambiguous_handles, defined, given, handle_in_module, is_undisputed, only_handle, state_refs,
};
use crate::registry::handle::Handle;
use crate::registry::origin::{ExactOrigin, Origin};
use crate::registry::registration::handles;
use crate::registry::registry::Kind;
use crate::registry::shutdown;
use crate::registry::state_ref::StateRef;

/// The shared state of one kind, by name.
#[derive(Debug)]
pub struct NamedMap<T: 'static> {
    named: Mutex<HashMap<Name, Registered<T>>>,
    /// State that belongs to one function, which no name finds.
    own: Mutex<Vec<&'static T>>,
}

/// The state of a name, which has been made.
#[derive(Debug)]
pub(super) struct Registered<T: 'static> {
    item: &'static T,
    /// The origin of its settings; `None` if it has the defaults.
    by: Option<ExactOrigin>,
    /// The origins of other settings that have been reported.
    reported: Vec<ExactOrigin>,
}

/// The place in the program that requests shared state.
pub(super) enum Requester<T: SharedState> {
    StateRef(&'static StateRef<T>),
    /// A handle.
    Static(ExactOrigin),
    /// The method of the registry, and the position of the call.
    Call(&'static str, &'static Location<'static>),
}

impl<T: SharedState> NamedMap<T> {
    pub(super) fn new() -> Self {
        Self { named: Mutex::new(HashMap::new()), own: Mutex::new(Vec::new()) }
    }

    /// Runs `act` under the lock. It must not call code of the user, which could use the registry or panic.
    fn with<R>(&self, act: impl FnOnce(&mut HashMap<Name, Registered<T>>) -> R) -> R {
        act(&mut self.named.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn find(&self, name: &str) -> Option<&'static T> {
        self.with(|items| items.get(name).map(|made| made.item))
    }

    /// The state of this name. It is made now if no call has made it but an attribute names it.
    fn get_shared(&self, name: &str) -> Option<&'static T> {
        let by_function = || state_refs::<T>().map(|(_, it)| it.name).find(|known| **known == *name);
        let named = || only_handle::<T>(name).map(|(_, handle)| handle.name()).or_else(by_function);
        self.find(name).or_else(|| named().map(|name| self.get_named(name)))
    }

    /// The state of a name that some attribute gives.
    fn get_named(&self, name: Name) -> &'static T {
        self.find(&name).unwrap_or_else(|| self.make(name, defined::<T>(name)))
    }

    /// All state that has been made, or whose settings do not depend on which place runs first; the latter is made now.
    fn all_shared(&self) -> Vec<&'static T> {
        let by_functions = state_refs::<T>().map(|(_, state_ref)| state_ref.name);
        for name in by_functions.chain(handles::<T>().map(|(_, handle)| handle.name())) {
            if self.find(&name).is_none() && is_undisputed::<T>(name) {
                self.make(name, defined::<T>(name));
            }
        }
        self.with(|items| items.values().map(|made| made.item).collect())
    }

    /// The state at this address, if it is in the map.
    pub(super) fn at(&self, item: &T) -> Option<&'static T> {
        self.with(|items| items.values().map(|made| made.item).find(|known| std::ptr::eq(*known, item)))
    }

    /// The names of the state that has been made.
    pub(super) fn made(&self) -> Vec<Name> {
        self.with(|items| items.keys().copied().collect())
    }

    /// The names whose state was made with given settings, the origin and the settings.
    pub(super) fn given(&self) -> Vec<(Name, Origin, T::Policy)> {
        let made: Vec<_> = self.with(|items| items.iter().map(|(name, made)| (*name, made.by, made.item)).collect());
        made.into_iter().filter_map(|(name, by, item)| Some((name, by?.origin, item.made_with()))).collect()
    }

    /// The state of this name. The first requester makes it, with its own settings or those that are given elsewhere.
    pub(super) fn resolve(&self, name: Name, policy: Option<T::Policy>, requester: &Requester<T>) -> &'static T {
        let Some(policy) = policy else {
            return self.get_named(name);
        };
        let found = self.find(&name);
        let item = found.unwrap_or_else(|| self.make(name, Some((policy, requester.origin()))));
        if item.made_with() != policy {
            self.report(name, item, policy, requester.origin());
        }
        // The search takes time, and in release builds one report is enough.
        let is_report_due = found.is_none() || cfg!(debug_assertions);
        if is_report_due && matches!(requester, Requester::Call(..)) {
            self.report_attributes(name, item);
        }
        item
    }

    /// Makes the state without the lock, then inserts it; returns that of another thread if it was faster.
    fn make(&self, name: Name, settings: Option<(T::Policy, ExactOrigin)>) -> &'static T {
        #[cfg(feature = "metrics")]
        crate::registry::metrics::publish::begin();
        let (policy, by) = settings.unzip();
        let new = Box::new(T::make(name, policy.unwrap_or_default()));
        let (item, surplus) = self.with(|items| match items.entry(name) {
            Entry::Occupied(made) => (made.get().item, Some(new)),
            Entry::Vacant(place) => {
                let item = Box::leak(new);
                (place.insert(Registered { item, by, reported: Vec::new() }).item, None)
            }
        });
        drop(surplus);
        shutdown::close_if_begun(item);
        item
    }

    /// Keeps in view what belongs to one function, or to a handle that shares its name.
    pub(super) fn keep(&self, item: &'static T) {
        #[cfg(feature = "metrics")]
        crate::registry::metrics::publish::begin();
        let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        if !own.iter().any(|known| std::ptr::eq(*known, item)) {
            own.push(item);
        }
        drop(own);
        shutdown::close_if_begun(item);
    }

    /// Reports each attribute that gives other settings, whether it has run or not.
    fn report_attributes(&self, name: Name, item: &T) {
        let in_force = item.made_with();
        for (policy, of) in given::<T>(name).filter(|(policy, _)| *policy != in_force) {
            self.report(name, item, policy, of);
        }
    }

    /// Panics in debug builds. In release builds it writes to standard error, once for each origin.
    fn report(&self, name: Name, item: &T, ignored: T::Policy, of: ExactOrigin) {
        let is_known = |made: &mut Registered<T>| {
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

impl<T: Kind> NamedMap<T> {
    /// The state of this name, or of the handle called so with its module before it.
    pub(super) fn get(&self, name: &str) -> Option<&'static T> {
        self.get_shared(name).or_else(|| handle_in_module::<T>(name).map(Handle::get))
    }

    /// All state: that which is shared by its name, and that of handles that cannot share it.
    pub(super) fn all(&self) -> Vec<&'static T> {
        let own = ambiguous_handles::<T>().map(|(_, handle)| handle.get());
        self.all_shared().into_iter().chain(own).collect()
    }

    /// The state that belongs to one function and has been made.
    pub(super) fn own(&self) -> Vec<&'static T> {
        let own = self.own.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let is_of_handle = |own: &&T| handles::<T>().any(|(_, handle)| std::ptr::eq(handle.get(), *own));
        own.into_iter().filter(|own| !is_of_handle(own)).collect()
    }

    /// All state that lives as long as the program and has been made.
    pub(super) fn all_and_own(&self) -> Vec<&'static T> {
        self.all().into_iter().chain(self.own()).collect()
    }
}

impl<T: SharedState> Requester<T> {
    #[track_caller]
    pub(super) fn call(method: &'static str) -> Self {
        Self::Call(method, Location::caller())
    }

    fn origin(&self) -> ExactOrigin {
        match self {
            // Every state_ref belongs to a layer of a function, so it is found.
            Self::StateRef(state_ref) => state_refs::<T>()
                .find(|(_, known)| std::ptr::eq(*known, *state_ref))
                .map_or(ExactOrigin { origin: Origin::Call("StateRef::get"), line: None }, |(function, _)| {
                    ExactOrigin::function(function)
                }),
            Self::Static(origin) => *origin,
            Self::Call(method, line) => ExactOrigin { origin: Origin::Call(method), line: Some(line) },
        }
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests;
