//! `#[apply(…)]` as a user writes it: hands the item to its stack.

use proc_macro2::{Span, TokenStream};

use super::applied::{applied, is_applied};
use super::holder::Holder;
use crate::absorb::marker;
use crate::attribute::{own_span, with_errors};
use crate::diagnostics::Errors;
use crate::stack_call::call::{Apply, Call};

/// Expands `#[apply(args)]` on `item`; `here` is the place of the attribute, with its hygiene.
pub(crate) fn apply(args: TokenStream, item: TokenStream, here: Span) -> TokenStream {
    if marker::is_marker(&args) {
        return TokenStream::new();
    }
    if is_applied(&args) {
        return applied(args, item, here);
    }
    let mut errors = Errors::default();
    let Some(Apply::Stack { path, options }) = errors.keep(Apply::parse(args, own_span(&item))) else {
        return with_errors(item, errors);
    };
    match Holder::of(item.clone().into_iter()) {
        Holder::Function(_) | Holder::Impl => Call { path, above: Vec::new(), options, absorbed: Vec::new() }.of(item),
        Holder::Trait(word) => {
            let message = "`apply` acts on bodies, and what a trait declares has none: put it on each `impl`, or on a \
                           method that has a body here";
            errors.at(word.span(), message);
            with_errors(item, errors)
        }
        Holder::Other(first) => {
            let message = "`apply` acts on a function or on the methods of an `impl`: put it on one";
            match first {
                Some(first) => errors.at(first.span(), message),
                None => errors.over(&path, message),
            }
            with_errors(item, errors)
        }
    }
}
