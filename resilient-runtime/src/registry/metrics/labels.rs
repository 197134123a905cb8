//! The values of attributes that are names: those that the program was linked with, and a bounded number of others.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use crate::core::function_counts::{MOST_INSERTED, OTHER};
use crate::core::name::Name;
use crate::registry::linked_names::linked_names;

/// The names that were made while the program ran and have values of their own.
static INSERTED: Mutex<BTreeSet<&str>> = Mutex::new(BTreeSet::new());

/// The names and paths that the program was linked with.
pub(super) struct Labels(BTreeSet<&'static str>);

impl Labels {
    pub(super) fn linked() -> Self {
        Self(linked_names())
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
    if inserted.len() >= MOST_INSERTED {
        return OTHER.as_str();
    }
    let name = Name::intern(name).as_str();
    inserted.insert(name);
    name
}
