//! What a stack's macro writes has the hygiene of that macro, which keeps it from the function's arguments and from
//! `self`. It is given that of the function, and still stands where the user wrote it.

use proc_macro2::{Group, Span, TokenStream, TokenTree};

/// The tokens with the hygiene of `function`. A `$crate` keeps its own, by which the compiler knows the crate.
pub(crate) fn of_function(function: Span, tokens: TokenStream) -> TokenStream {
    let changed = tokens.into_iter().map(|tree| match tree {
        TokenTree::Group(group) => {
            let mut changed = Group::new(group.delimiter(), of_function(function, group.stream()));
            changed.set_span(group.span().resolved_at(function));
            changed.into()
        }
        TokenTree::Ident(word) if word == "$crate" => word.into(),
        mut other => {
            other.set_span(other.span().resolved_at(function));
            other
        }
    });
    changed.collect()
}
