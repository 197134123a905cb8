//! Rules over the model: about one attribute, about their order, about the function.

mod layer;
mod setting;
mod stack;
mod target;

use crate::diagnostics::Errors;
use crate::model::{Function, Layer, Stack};

/// An attribute, and what may be said of the settings it does not have.
#[derive(Clone, Copy)]
struct Checked<'a> {
    layer: &'a Layer,
    /// All that was written could be read: a setting that is missing was not given.
    complete: bool,
}

/// Notes everything that is wrong; `complete` says for each layer whether all of it could be read.
pub(crate) fn check(function: &Function, stack: &Stack, complete: &[bool], errors: &mut Errors) {
    let layers = stack.layers.iter().zip(complete);
    let layers: Vec<Checked> = layers.map(|(layer, complete)| Checked { layer, complete: *complete }).collect();
    for layer in &layers {
        layer::check(*layer, errors);
    }
    stack::check(&layers, function.sig.asyncness.is_some(), errors);
    target::check(function, &layers, &stack.layers, errors);
}
