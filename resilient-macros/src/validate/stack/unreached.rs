//! What another attribute keeps from ever acting.

use quote::ToTokens;
use syn::Expr;

use super::catches_all;
use crate::diagnostics::Errors;
use crate::idle::can_refuse;
use crate::model::{Answer, Fallback, Layer};
use crate::validate::Checked;

/// A fallback sees nothing of what one below has answered for certain, unless something between them refuses calls.
pub(super) fn fallback(fallback: &Fallback, below: &[Checked], errors: &mut Errors) {
    for Checked { layer, complete } in below {
        match layer {
            Layer::Fallback(lower) if *complete && catches_all(lower) && cannot_fail(lower) => {
                let message = "this `fallback` is never reached, since the one below it answers every error and \
                               cannot fail: remove one of them";
                errors.at(fallback.span, message);
                return;
            }
            layer if can_refuse(layer) => return,
            _ => {}
        }
    }
}

fn cannot_fail(fallback: &Fallback) -> bool {
    fallback.answers.iter().any(|answer| matches!(answer, Answer::Value(_) | Answer::Default(_)))
}

/// A fallback answers every refusal from below it, and only a closure is given the error: else none is made.
pub(super) fn conversion(layer: &Layer, above: &[Checked], errors: &mut Errors) {
    let Some(map_err) = layer.map_err() else { return };
    let answering = above.iter().rev().find_map(|it| match it.layer {
        Layer::Fallback(fallback) => Some((fallback, it.complete)),
        _ => None,
    });
    let Some((fallback, true)) = answering else { return };
    if !fallback.answers.iter().any(|answer| matches!(answer, Answer::Closure(_))) {
        let message = "`map_err` is never called, since the `fallback` above answers what this refuses and looks at \
                       no error: remove it";
        errors.at(map_err.key.span(), message);
    }
}

/// What `map_err` says, as text to compare.
pub(super) fn conversion_text(layer: &Layer) -> (Option<&Expr>, String) {
    let map_err = layer.map_err().map(|setting| &setting.value);
    (map_err, map_err.map(ToTokens::to_token_stream).unwrap_or_default().to_string())
}
