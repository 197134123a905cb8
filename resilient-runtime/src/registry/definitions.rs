//! The settings that attributes of the program give a name, on functions and on handles, whether they have run or not.

use crate::core::name::Name;
use crate::core::shared_state::SharedState;
use crate::registry::functions::{Function, functions};
use crate::registry::handle::Handle;
use crate::registry::origin::ExactOrigin;
#[cfg(feature = "config")]
use crate::registry::origin::Origin;
use crate::registry::registration::{HandleRegistration, handles};
use crate::registry::state_ref::StateRef;

/// All places in the program that name shared state of this kind. The linker collects them, so settings are known even
/// if a place that gives only the name runs first.
pub(super) fn state_refs<T: SharedState>() -> impl Iterator<Item = (&'static Function, &'static StateRef<T>)> {
    functions().flat_map(|function| {
        let state_refs = function.layers().iter().flat_map(|layer| layer.shared().filter_map(StateRef::of_kind));
        state_refs.map(move |state_ref| (function, state_ref))
    })
}

/// The handle of this name, if there is only one.
pub(super) fn only_handle<T: SharedState>(name: &str) -> Option<(&'static HandleRegistration, &'static Handle<T>)> {
    let mut handles = handles::<T>().filter(|(_, handle)| handle.name() == *name);
    handles.next().filter(|_| handles.next().is_none())
}

/// The handle that is called `module::path::name`, if there is only one.
pub(super) fn handle_in_module<T: SharedState>(path: &str) -> Option<&'static Handle<T>> {
    let mut handles = handles::<T>().filter(|(registration, handle)| registration.is_called(path, handle.name()));
    handles.next().filter(|_| handles.next().is_none()).map(|(_, handle)| handle)
}

/// The handles that share their name with others, so that each has state of its own.
pub(super) fn ambiguous_handles<T: SharedState>()
-> impl Iterator<Item = (&'static HandleRegistration, &'static Handle<T>)> {
    handles::<T>().filter(|(_, handle)| only_handle::<T>(&handle.name()).is_none())
}

/// The settings that attributes in the program give this name.
pub(super) fn given<T: SharedState>(name: Name) -> impl Iterator<Item = (T::Policy, ExactOrigin)> {
    let handle = only_handle::<T>(&name).into_iter();
    let handle = handle.filter_map(|(registration, handle)| Some((handle.policy()?, registration.origin())));
    let state_refs = state_refs::<T>().filter(move |(_, state_ref)| state_ref.name == name);
    handle.chain(
        state_refs.filter_map(|(function, state_ref)| Some((state_ref.policy?, ExactOrigin::function(function)))),
    )
}

/// The first settings that attributes give this name.
pub(super) fn defined<T: SharedState>(name: Name) -> Option<(T::Policy, ExactOrigin)> {
    given::<T>(name).next()
}

/// The places where attributes give this name settings, in the order of their files and lines.
#[cfg(feature = "config")]
pub(super) fn places<T: SharedState>(name: Name) -> Vec<Origin> {
    let mut places: Vec<_> = given::<T>(name).map(|(_, at)| at.origin).collect();
    places.sort_by_key(ToString::to_string);
    places
}

/// Whether attributes give this name settings, and all of them the same.
pub(super) fn is_undisputed<T: SharedState>(name: Name) -> bool {
    let mut all = given::<T>(name);
    all.next().is_some_and(|(first, _)| all.all(|(other, _)| other == first))
}
