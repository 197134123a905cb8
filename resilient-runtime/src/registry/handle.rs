//! A handle: a static that is a breaker or a bulkhead.

use std::fmt;
use std::ops::Deref;

use crate::core::name::Name;
use crate::core::shared_state::SharedState;
#[cfg(feature = "config")]
use crate::registry::configurable::Configurable;
#[cfg(feature = "config")]
use crate::registry::definitions::places;
#[cfg(feature = "config")]
use crate::registry::functions::LayerKind;
use crate::registry::named_map::Requester;
use crate::registry::origin::{ExactOrigin, Origin};
use crate::registry::registration::{HandleRegistration, handles};
use crate::registry::registry::{Kind, registry};
use crate::registry::state_ref::{AnyStateRef, StateRef};

/// A static that is shared state. It is made by an attribute on a static without a value, and dereferences to its
/// state, which is made when it is first used.
///
/// `&USERS` is a `&'static CircuitBreaker` wherever one is expected. An attribute on a function takes it by its path,
/// as in `#[circuit_breaker(USERS)]`.
///
/// Its name is the identifier in lower case, or what `name = "…"` says. The [registry](crate::Registry) finds it by
/// that name and by `module::path::name`, and attributes that give the name share it. If several statics of the program
/// have one name, each has state of its own, called and found by `module::path::name` alone, and
/// [`verify`](crate::Registry::verify) reports them.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::{CircuitBreaker, Handle};
///
/// fn refuse_all(breakers: &[&'static Handle<CircuitBreaker>]) {
///     breakers.iter().for_each(|breaker| breaker.force_open());
/// }
/// # refuse_all(&[]);
/// ```
pub struct Handle<T: SharedState>(StateRef<T>);

impl<T: SharedState> Handle<T> {
    /// For generated code, which also submits its registration. `policy` is `None` if the attribute gives no settings.
    #[doc(hidden)]
    pub const fn new(name: Name, policy: Option<T::Policy>) -> Self {
        Self(StateRef::shared(name, policy))
    }

    /// The name that its attribute gives it.
    pub(super) const fn name(&self) -> Name {
        self.0.name
    }

    /// The settings that its attribute gives it.
    pub(super) const fn policy(&self) -> Option<T::Policy> {
        self.0.policy
    }

    /// The handle, if it is of this kind.
    pub(super) fn of_kind(state: &'static dyn AnyStateRef) -> Option<&'static Self> {
        let any: &'static dyn std::any::Any = state;
        any.downcast_ref()
    }

    /// Its registration, and whether no other handle of this kind has its name.
    fn registration(&self) -> Option<(&'static HandleRegistration, bool)> {
        let mut same_name = handles::<T>().filter(|(_, handle)| handle.name() == self.name());
        let is_only = same_name.clone().nth(1).is_none();
        same_name.find(|(_, handle)| std::ptr::eq(*handle, self)).map(|(registration, _)| (registration, is_only))
    }
}

/// Whom a handle shares its state with.
pub(super) enum Named {
    /// Nobody, because several have its name: the state has this one.
    InModule(Name),
    /// All who give its name. It was requested here.
    Shared(ExactOrigin),
}

impl<T: Kind> Handle<T> {
    pub(super) fn named(&self) -> Named {
        match self.registration() {
            Some((registration, false)) => Named::InModule(registration.name_in_module(self.name())),
            Some((registration, true)) => Named::Shared(registration.origin()),
            // Where the linker collects nothing, a handle shares its state by its name alone.
            None => Named::Shared(ExactOrigin { origin: Origin::Call("Handle"), line: None }),
        }
    }

    /// The state; found or made at the first use, then one load.
    #[inline]
    pub(crate) fn get(&self) -> &'static T {
        #[cfg(feature = "testing")]
        if let Some(state) = self.in_scope() {
            return state;
        }
        self.0.resolved.get().copied().unwrap_or_else(|| self.resolve())
    }

    /// Runs outside of `get_or_init`, as the resolution of a [`StateRef`] does.
    #[cold]
    fn resolve(&self) -> &'static T {
        match self.named() {
            Named::InModule(name) => {
                let item = self.0.make_as(name);
                T::map(registry()).keep(item);
                item
            }
            Named::Shared(origin) => {
                let item = T::map(registry()).resolve(self.name(), self.policy(), &Requester::Static(origin));
                self.0.resolved.get_or_init(|| item)
            }
        }
    }
}

impl<T: Kind> Deref for Handle<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        self.get()
    }
}

impl<T: SharedState> fmt::Debug for Handle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle").field("name", &self.name()).field("state", &self.0.resolved.get()).finish()
    }
}

impl<T: Kind> AnyStateRef for Handle<T> {
    /// The name of its state: `module::path::name` if several handles have its name.
    fn name(&self) -> Name {
        match self.registration() {
            Some((registration, false)) => registration.name_in_module(self.0.name),
            Some((_, true)) | None => self.0.name,
        }
    }

    /// A handle is used without attributes, too: the slot of a function is switched instead.
    #[cfg(feature = "config")]
    fn switch(&self, _: bool) {}

    #[cfg(feature = "config")]
    fn configurable(&'static self) -> &'static dyn Configurable {
        self.get()
    }

    #[cfg(feature = "config")]
    fn layer(&self) -> LayerKind {
        T::LAYER
    }

    #[cfg(feature = "config")]
    fn settings_at(&self) -> Vec<Origin> {
        places::<T>(AnyStateRef::name(self))
    }
}
