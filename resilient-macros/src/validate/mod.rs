//! Rules over the model: about one attribute, about their order, about the function.

pub(crate) mod attempts;
pub(crate) mod handle;
pub(crate) mod keys;
pub(crate) mod refused;
pub(crate) mod rules;
pub(crate) mod setting;
mod stack;
mod stack_names;
pub(crate) mod target;

use crate::diagnostics::Errors;
use crate::facts::Facts;
use crate::model::Function;
use rules::{Checked, Rules};
pub(crate) use stack_names::check as check_stack;

/// Reports what is wrong with a layer whatever stands around it, and whatever the function is.
pub(crate) fn check_alone(layer: &dyn Rules, facts: &Facts, complete: bool, errors: &mut Errors) {
    layer.check(complete, errors);
    stack::held_state_has_settings(facts, errors);
}

/// Reports every broken rule; `complete` says for each layer whether all of its settings could be read.
pub(crate) fn check(
    function: &Function,
    layers: &[&dyn Rules],
    facts: &[Facts],
    complete: &[bool],
    errors: &mut Errors,
) {
    for (layer, complete) in layers.iter().zip(complete) {
        layer.check(*complete, errors);
    }
    let checked = facts.iter().zip(complete);
    let checked: Vec<Checked> = checked.map(|(facts, complete)| Checked { facts, complete: *complete }).collect();
    stack::check(layers, &checked, function.sig.asyncness.is_some(), errors);
    target::check(function, layers, &checked, facts, errors);
}
