//! All state of one kind: what has been made, and what the program has and no call has made yet.

use std::collections::{BTreeSet, HashSet};
use std::ptr;

use crate::core::name::Name;
use crate::core::shared_state::SharedState;
use crate::registry::definitions::{defined, state_refs};
use crate::registry::functions::{Function, functions};
use crate::registry::registration::handles;
use crate::registry::registry::{Kind, Registry};
use crate::registry::state_ref::{AnyStateRef, StateRef};

/// State of one kind.
pub(crate) struct Listed<T: SharedState> {
    /// What has been made, and whether it is shared by its name. Other state belongs to one function.
    pub(crate) made: Vec<(&'static T, bool)>,
    /// The names and settings of what has not, and whether it is shared. If the program may still give other settings,
    /// they are the defaults.
    pub(crate) unmade: Vec<(Name, T::Policy, bool)>,
}

/// All state of this kind, in no particular order. As listing it always does, this makes the state whose settings are
/// certain.
pub(crate) fn listed<T: Kind>(registry: &Registry, name: impl Fn(&T) -> Name) -> Listed<T> {
    let shared: HashSet<*const T> = T::map(registry).all().into_iter().map(ptr::from_ref).collect();
    let is_shared = |item: &'static T| shared.contains(&ptr::from_ref(item));
    let made: Vec<_> = T::map(registry).all_and_own().into_iter().map(|item| (item, is_shared(item))).collect();
    // What belongs to a function has its path as its name.
    let mut known: BTreeSet<Name> = made.iter().map(|(item, _)| name(item)).collect();
    let of_handles = handles::<T>().map(|(_, handle)| AnyStateRef::name(handle));
    let named = state_refs::<T>().map(|(_, state_ref)| state_ref.name).chain(of_handles);
    let named = named.map(|name| (name, defined::<T>(name).map(|(policy, _)| policy).unwrap_or_default(), true));
    let own = functions().flat_map(Function::layers).filter_map(|layer| layer.own);
    let own = own.filter_map(StateRef::<T>::of_kind).map(|it| (it.name, it.policy.unwrap_or_default(), false));
    let unmade = named.chain(own).filter(|(name, ..)| known.insert(*name)).collect();
    Listed { made, unmade }
}
