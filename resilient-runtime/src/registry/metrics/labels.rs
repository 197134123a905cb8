//! The values of attributes that are names: those that the program was linked with, and a bounded number of others.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use crate::core::name::Name;
use crate::registry::functions::{Layer, functions};
use crate::registry::registration::handles;
use crate::registry::registry::{Kind, Registry, Visitor, registry};

/// So many names that are made while the program runs have values of their own.
const MOST: usize = 1_000;

/// The value of all others.
const OTHER: &str = "other";

/// The names that were made while the program ran and have values of their own.
static INSERTED: Mutex<BTreeSet<&str>> = Mutex::new(BTreeSet::new());

/// The names and paths that the program was linked with.
pub(super) struct Labels(BTreeSet<&'static str>);

impl Labels {
    pub(super) fn linked() -> Self {
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
        }
        Self(names.0)
    }

    /// The value for a name.
    pub(super) fn of(&self, name: &str) -> &'static str {
        self.0.get(name).copied().unwrap_or_else(|| inserted(name))
    }
}

fn inserted(name: &str) -> &'static str {
    let mut inserted = INSERTED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = inserted.get(name) {
        return known;
    }
    if inserted.len() >= MOST {
        return OTHER;
    }
    let name = Name::intern(name).as_str();
    inserted.insert(name);
    name
}
