//! Rules of attributes that make several attempts.

use proc_macro2::Ident;
use syn::{Receiver, Signature};

use crate::diagnostics::Errors;
use crate::pattern::argument_names;
use crate::validate::target::borrow;

/// A name that is bound for the body must not be that of an argument.
pub(crate) fn bound_name(name: &Ident, sig: &Signature, errors: &mut Errors) {
    if argument_names(sig).contains(name) {
        errors.at(name.span(), format!("`{name}` would hide the argument of that name: write another name"));
    }
}

/// An argument declared `mut` is copied for each attempt, and `self` has no other name to be copied under. One that
/// borrows, such as `mut self: Pin<&mut Self>`, is lent to each attempt.
pub(crate) fn each_attempt_has_self(sig: &Signature, errors: &mut Errors) {
    let changed = |receiver: &&Receiver| receiver.mutability.is_some() && !borrow::receiver_borrows(receiver);
    if let Some(receiver) = sig.receiver().filter(changed) {
        errors.over(
            receiver,
            "each attempt begins with `self` as it was, and `self` cannot be copied under its name: take `self`, \
             and write `let mut this = self.clone();` in the body",
        );
    }
}
