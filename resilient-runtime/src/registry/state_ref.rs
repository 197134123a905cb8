//! A place in the program that names shared state.

use std::any::Any;
use std::fmt::Debug;
use std::sync::OnceLock;

use crate::core::name::Name;
use crate::core::shared_state::SharedState;

/// A place in the program that names shared state, and perhaps gives its settings.
#[derive(Debug)]
pub struct StateRef<T: SharedState> {
    pub(super) name: Name,
    pub(super) policy: Option<T::Policy>,
    /// It belongs to this place alone and is in no registry.
    pub(super) is_own: bool,
    pub(super) resolved: OnceLock<&'static T>,
}

impl<T: SharedState> StateRef<T> {
    /// State that all places share which give its name. `policy` is `None` where only the name is given.
    pub const fn shared(name: Name, policy: Option<T::Policy>) -> Self {
        Self { name, policy, is_own: false, resolved: OnceLock::new() }
    }

    /// State that belongs to this place alone and is in no registry.
    pub const fn own(name: Name, policy: Option<T::Policy>) -> Self {
        Self { name, policy, is_own: true, resolved: OnceLock::new() }
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
}

impl<T: SharedState> AnyStateRef for StateRef<T> {
    fn name(&self) -> Name {
        self.name
    }
}

impl<T: SharedState> StateRef<T> {
    /// The reference, if it is of this kind.
    pub(super) fn of_kind(state_ref: &'static dyn AnyStateRef) -> Option<&'static Self> {
        let any: &'static dyn Any = state_ref;
        any.downcast_ref()
    }
}
