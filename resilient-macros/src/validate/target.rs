//! Rules about the function.

mod borrow;
mod constant;
mod result;
mod static_future;

use syn::{Receiver, ReturnType, Signature, Type};

use super::Checked;
use crate::diagnostics::Errors;
use crate::model::{Function, Layer, Retry, Timeout};
use crate::parse::future;
use crate::pattern::argument_names;

pub(super) fn check(function: &Function, layers: &[Checked], stack: &[Layer], errors: &mut Errors) {
    let sig = &function.sig;
    if let Some(constness) = sig.constness {
        errors.at(constness.span, "a `const fn` can neither wait nor count: remove `const`, or the attribute");
    }
    if let Some(variadic) = &sig.variadic {
        errors.over(
            variadic,
            "a variadic function's arguments cannot be passed on: put the attribute on a function that calls it",
        );
    }
    for Checked { layer, .. } in layers {
        match layer {
            Layer::Retry(retry) => {
                bound_name(retry, sig, errors);
                each_attempt_has_self(sig, errors);
            }
            Layer::Timeout(timeout) if sig.asyncness.is_some() => not_cooperative(timeout, errors),
            _ => {}
        }
    }
    constant::check(sig, layers, errors);
    if let Some(frame) = &function.frame {
        static_future::check(frame, layers, errors);
    }
    if makes_a_future(sig, errors) {
        return;
    }
    let leaves_the_thread =
        |it: &Checked| it.complete && matches!(it.layer, Layer::Timeout(it) if it.cooperative.is_none());
    if sig.asyncness.is_none() && layers.iter().any(leaves_the_thread) {
        borrow::refuse(sig, errors);
    }
    result::check(sig, layers, stack, errors);
}

fn not_cooperative(timeout: &Timeout, errors: &mut Errors) {
    if let Some(word) = &timeout.cooperative {
        errors.at(
            word.span(),
            "the body of an async function is dropped at the deadline: remove `cooperative`, which is for sync ones",
        );
    }
}

fn bound_name(retry: &Retry, sig: &Signature, errors: &mut Errors) {
    let Some(bind) = &retry.bind else { return };
    let hidden = argument_names(sig).contains(&bind.value);
    if hidden {
        let name = &bind.value;
        errors.at(name.span(), format!("`{name}` would hide the argument of that name: write another name"));
    }
}

/// An argument declared `mut` is copied for each attempt, and `self` has no other name to be copied under. One that
/// borrows, such as `mut self: Pin<&mut Self>`, is lent to each attempt.
fn each_attempt_has_self(sig: &Signature, errors: &mut Errors) {
    let changed = |receiver: &&Receiver| receiver.mutability.is_some() && !borrow::receiver_borrows(receiver);
    if let Some(receiver) = sig.receiver().filter(changed) {
        errors.over(
            receiver,
            "each attempt begins with `self` as it was, and `self` cannot be copied under its name: take `self`, \
             and write `let mut this = self.clone();` in the body",
        );
    }
}

/// Of a function that returns a future and is not one async block, the attributes could only see the making of it.
fn makes_a_future(sig: &Signature, errors: &mut Errors) -> bool {
    let (ReturnType::Type(_, ty), Some(_)) = (&sig.output, future::output(sig)) else { return false };
    let block = if matches!(**ty, Type::ImplTrait(_)) { "async move { … }" } else { "Box::pin(async move { … })" };
    let message = format!(
        "an attempt would only be the making of this future, not what it does: write `async fn`, \
         or make the body one `{block}`",
    );
    errors.over(ty, message);
    true
}
