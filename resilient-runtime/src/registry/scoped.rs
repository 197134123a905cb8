//! The state that places in the program have in the scope of a test. It lives until the process ends.

use std::ptr;
use std::sync::Arc;

use crate::core::name::Name;
use crate::core::scope::{self, Scope};
use crate::registry::handle::{Handle, Named};
use crate::registry::named_map::Requester;
use crate::registry::registry::{Kind, Registry};
use crate::registry::state_ref::StateRef;

/// The registry of a scope.
pub(super) fn registry(scope: &Scope) -> &'static Registry {
    scope.keep(0, || Box::leak(Box::new(Registry::new())))
}

/// The state that a place in the program has in the current scope, found or made by `find` at the first use there.
fn of_place<T: Kind, P>(place: &P, find: impl FnOnce(&Arc<Scope>) -> &'static T) -> Option<&'static T> {
    let scope = scope::current()?;
    Some(scope.keep(ptr::from_ref(place).addr(), || find(&scope)))
}

/// State of a place alone. Listed, so that it is among all of the scope.
fn own<T: Kind>(scope: &Scope, name: Name, policy: Option<T::Policy>) -> &'static T {
    let item = Box::leak(Box::new(T::make(name, policy.unwrap_or_default())));
    T::map(registry(scope)).keep(item);
    item
}

impl<T: Kind> StateRef<T> {
    /// The state in the current scope, if there is one.
    pub(super) fn in_scope(&'static self) -> Option<&'static T> {
        of_place(self, |scope| {
            if self.is_own {
                own(scope, self.name, self.policy)
            } else {
                T::map(registry(scope)).resolve(self.name, self.policy, &Requester::StateRef(self))
            }
        })
    }

    /// The state in this scope, if something has made it there.
    pub(super) fn made_in(&'static self, scope: &Scope) -> Option<&'static T> {
        scope.kept(ptr::from_ref(self).addr())
    }
}

impl<T: Kind> Handle<T> {
    /// The state in the current scope, if there is one.
    pub(super) fn in_scope(&self) -> Option<&'static T> {
        of_place(self, |scope| match self.named() {
            Named::InModule(name) => own(scope, name, self.policy()),
            Named::Shared(origin) => {
                T::map(registry(scope)).resolve(self.name(), self.policy(), &Requester::Static(origin))
            }
        })
    }
}
