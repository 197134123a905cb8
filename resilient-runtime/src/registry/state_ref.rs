//! A place in the program that names shared state.

use std::any::Any;
use std::fmt::Debug;
use std::sync::OnceLock;

use crate::core::name::Name;
use crate::core::shared_state::SharedState;

/// A place in the program that names shared state, and perhaps gives its settings.
#[derive(Debug)]
pub struct Site<T: SharedState> {
    pub(super) name: Name,
    pub(super) policy: Option<T::Policy>,
    pub(super) resolved: OnceLock<&'static T>,
}

impl<T: SharedState> Site<T> {
    /// `policy` is `None` where only the name is given.
    pub const fn new(name: Name, policy: Option<T::Policy>) -> Self {
        Self { name, policy, resolved: OnceLock::new() }
    }

    /// What belongs to this place alone and is in no registry.
    #[inline]
    pub fn own(&'static self) -> &'static T {
        self.resolved.get().copied().unwrap_or_else(|| self.make())
    }

    #[cold]
    fn make(&'static self) -> &'static T {
        let new = Box::new(T::make(self.name, self.policy.unwrap_or_default()));
        self.resolved.get_or_init(|| Box::leak(new))
    }
}

/// A [`Site`] of any kind of state.
pub(crate) trait AnySite: Any + Debug + Sync {
    fn name(&self) -> Name;
}

impl<T: SharedState> AnySite for Site<T> {
    fn name(&self) -> Name {
        self.name
    }
}

impl<T: SharedState> Site<T> {
    /// The site, if it is of this kind.
    pub(super) fn of_kind(site: &'static dyn AnySite) -> Option<&'static Self> {
        let any: &'static dyn Any = site;
        any.downcast_ref()
    }
}
