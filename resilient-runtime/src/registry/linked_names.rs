//! The names that the program was linked with.

use std::collections::BTreeSet;

#[cfg(feature = "testing")]
use crate::core::name::Name;
#[cfg(feature = "testing")]
use crate::registry::definitions::state_refs;
use crate::registry::functions::{Layer, functions};
use crate::registry::registration::handles;
use crate::registry::registry::{Kind, Registry, Visitor, registry};

/// The names of handles and of attributes' shared state, and the paths of functions.
pub(super) fn linked_names() -> BTreeSet<&'static str> {
    struct Handles(BTreeSet<&'static str>);

    impl Visitor for Handles {
        fn visit<T: Kind>(&mut self, _: &Registry) {
            self.0.extend(handles::<T>().map(|(_, handle)| handle.name().as_str()));
        }
    }

    let mut names = Handles(BTreeSet::new());
    registry().visit(&mut names);
    for function in functions() {
        names.0.insert(function.path());
        names.0.extend(function.layers().iter().filter_map(Layer::name));
        let own = function.layers().iter().filter_map(|layer| layer.own);
        names.0.extend(own.map(|state| state.name().as_str()));
    }
    names.0
}

/// The names of state of this kind: those that the program was linked with, and those of state that was made by hand.
#[cfg(feature = "testing")]
pub(crate) fn names_of<T: Kind>() -> BTreeSet<&'static str> {
    let linked = state_refs::<T>().map(|(_, state_ref)| state_ref.name);
    let handles = handles::<T>().map(|(_, handle)| handle.name());
    linked.chain(handles).chain(T::map(registry()).made()).map(Name::as_str).collect()
}
