//! `#[apply(…)]` as a user writes it: hands the item to its stack.

use proc_macro2::{Span, TokenStream, TokenTree};

use super::applied::{applied, is_applied};
use crate::absorb::marker;
use crate::attribute::{own_span, with_errors};
use crate::diagnostics::Errors;
use crate::parse::function::Item;
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
    let (parsed, apply) = (errors.keep(Item::parse(item.clone())), errors.keep(Apply::parse(args, own_span(&item))));
    let (Some(parsed), Some(Apply::Stack { path, options })) = (parsed, apply) else {
        return with_errors(item, errors);
    };
    match holder(parsed.rest.clone()) {
        Holder::OfBodies => Call { path, above: Vec::new(), options, absorbed: Vec::new() }.of(parsed),
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

/// What an item without its attributes is.
enum Holder {
    /// A function, or an `impl`.
    OfBodies,
    Trait(TokenTree),
    /// Anything else, which begins so.
    Other(Option<TokenTree>),
}

fn holder(rest: TokenStream) -> Holder {
    let first = rest.clone().into_iter().next();
    for tree in rest {
        match &tree {
            TokenTree::Ident(word) if word == "fn" || word == "impl" => return Holder::OfBodies,
            TokenTree::Ident(word) if word == "trait" => return Holder::Trait(tree),
            TokenTree::Ident(word) if MODIFIERS.iter().any(|known| word == known) => {}
            // The place of a `pub(in …)`, and the name of an ABI.
            TokenTree::Group(_) | TokenTree::Literal(_) => {}
            _ => break,
        }
    }
    Holder::Other(first)
}

/// What stands before `fn`, `impl` and `trait`.
const MODIFIERS: [&str; 8] = ["pub", "crate", "const", "async", "unsafe", "safe", "extern", "default"];
