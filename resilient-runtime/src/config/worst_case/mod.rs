//! How long a call can take at most with the settings in force.
//!
//! The rules are those by which the attributes compute it when they are compiled, over the settings of a configuration. A
//! test of the workspace compares both for functions that no configuration changes. Not shared as code: there the values
//! are tokens, some of which are known only in a call.

mod bound;
mod layers;
mod retry;

use crate::config::plan::Planned;
use crate::registry::functions::{Function, WorstCase};
use crate::registry::subjects::{Address, Subject};
use layers::{InEffect, Layers};

/// Of a function; what the attributes say, if a configuration has no part in any of its layers.
pub(super) fn worst_case(function: &'static Function, planned: &[Planned<'_>]) -> WorstCase {
    let of_layers: Vec<_> = function
        .layers()
        .iter()
        .map(|layer| {
            let address = Address::of(function, layer);
            let is_it = |subject: &Subject| subject.kind == layer.kind() && subject.address == address;
            (layer, planned.iter().find(|planned| is_it(planned.subject)))
        })
        .collect();
    let is_changed = |planned: &Planned<'_>| planned.off.is_some() || !planned.given.is_empty();
    if !of_layers.iter().any(|(_, planned)| planned.is_some_and(is_changed)) {
        return function.worst_case();
    }
    let acts = of_layers.into_iter().filter(|(_, planned)| planned.is_none_or(|planned| planned.off.is_none()));
    let in_effect: Vec<_> = acts.map(|(layer, planned)| InEffect::of(layer, planned)).collect();
    Layers(&in_effect).worst_case(1).shown()
}
