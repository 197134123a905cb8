//! A place in the program that names shared state.

use std::any::Any;
use std::fmt::{self, Debug};
use std::sync::OnceLock;

use crate::core::name::Name;
use crate::core::shared_state::SharedState;
#[cfg(feature = "config")]
use crate::core::sync::word::{AtomicBool, Ordering};
#[cfg(feature = "config")]
use crate::registry::configurable::Configurable;
#[cfg(feature = "config")]
use crate::registry::functions::LayerKind;
#[cfg(feature = "config")]
use crate::registry::origin::Origin;
use crate::registry::registry::Kind;

/// A place in the program that names shared state, and perhaps gives its settings.
pub struct StateRef<T: SharedState> {
    pub(super) name: Name,
    pub(super) policy: Option<T::Policy>,
    /// It belongs to this place alone and is in no registry.
    pub(super) is_own: bool,
    pub(super) resolved: OnceLock<&'static T>,
    /// Whether a configuration has switched off the layer that has the reference. Relaxed: nothing else is published by it.
    #[cfg(feature = "config")]
    is_off: AtomicBool,
}

/// By the name alone: the whole state would be compiled in each crate that has a reference to such.
impl<T: SharedState> Debug for StateRef<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StateRef").field("name", &self.name).finish_non_exhaustive()
    }
}

#[expect(clippy::declare_interior_mutable_const, reason = "each reference has a copy")]
impl<T: SharedState> StateRef<T> {
    /// A constant, as what follows in [`new`](Self::new), so that the compiler computes it once, and not for each function.
    const UNRESOLVED: OnceLock<&'static T> = OnceLock::new();

    /// State that all places share which give its name. `policy` is `None` where only the name is given.
    pub const fn shared(name: Name, policy: Option<T::Policy>) -> Self {
        Self::new(name, policy, false)
    }

    /// State that belongs to this place alone and is in no registry.
    pub const fn own(name: Name, policy: Option<T::Policy>) -> Self {
        Self::new(name, policy, true)
    }

    const fn new(name: Name, policy: Option<T::Policy>, is_own: bool) -> Self {
        Self {
            name,
            policy,
            is_own,
            resolved: Self::UNRESOLVED,
            #[cfg(feature = "config")]
            is_off: AtomicBool::new(false),
        }
    }

    /// Whether the layer is switched off.
    #[cfg(feature = "config")]
    #[inline]
    pub(super) fn is_off(&self) -> bool {
        self.is_off.load(Ordering::Relaxed)
    }

    pub(super) fn make(&self) -> &'static T {
        self.make_as(self.name)
    }

    /// Makes state of its own under another name.
    pub(super) fn make_as(&self, name: Name) -> &'static T {
        let new = Box::new(T::make(name, self.policy.unwrap_or_default()));
        self.resolved.get_or_init(|| Box::leak(new))
    }
}

/// A [`StateRef`], or a [`Handle`](crate::Handle), of any kind of state.
pub trait AnyStateRef: Any + Debug + Sync {
    /// The name of its state.
    fn name(&self) -> Name;

    /// Whether calls that come from this place find state that lets all pass.
    #[cfg(feature = "config")]
    fn switch(&self, is_off: bool);

    /// Its state, as a configuration sees it. It is made now if no call has made it.
    #[cfg(feature = "config")]
    fn configurable(&'static self) -> &'static dyn Configurable;

    /// The attribute that such state belongs to.
    #[cfg(feature = "config")]
    fn layer(&self) -> LayerKind;

    /// Where the program gives the state its settings.
    #[cfg(feature = "config")]
    fn settings_at(&self) -> Vec<Origin>;
}

impl<T: Kind> AnyStateRef for StateRef<T> {
    fn name(&self) -> Name {
        self.name
    }

    #[cfg(feature = "config")]
    fn switch(&self, is_off: bool) {
        self.is_off.store(is_off, Ordering::Relaxed);
    }

    #[cfg(feature = "config")]
    fn configurable(&'static self) -> &'static dyn Configurable {
        self.real()
    }

    #[cfg(feature = "config")]
    fn layer(&self) -> LayerKind {
        T::LAYER
    }

    #[cfg(feature = "config")]
    fn settings_at(&self) -> Vec<Origin> {
        T::settings_at(self.name)
    }
}

impl<T: SharedState> StateRef<T> {
    /// The reference, if it is of this kind.
    pub(super) fn of_kind(state_ref: &'static dyn AnyStateRef) -> Option<&'static Self> {
        let any: &'static dyn Any = state_ref;
        any.downcast_ref()
    }
}
