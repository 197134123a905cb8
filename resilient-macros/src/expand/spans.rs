//! Spans chosen so that type errors point at the user's tokens.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::spanned::Spanned;

/// Hygienic code that is located at tokens of the user.
pub(crate) fn at(span: Span) -> Span {
    Span::mixed_site().located_at(span)
}

/// Hygienic code that is located over all tokens of the user's, not only the first as on a stable compiler.
#[derive(Clone, Copy)]
pub(crate) struct Extent {
    pub(crate) first: Span,
    last: Span,
}

impl Extent {
    pub(crate) fn of(tokens: &impl ToTokens) -> Self {
        let tokens = tokens.to_token_stream();
        let first = tokens.span();
        let last = tokens.into_iter().last().map_or(first, |last| last.span());
        Self { first: at(first), last: at(last) }
    }

    /// The parentheses of a call whose path stands at `first`.
    pub(crate) fn call(self, arguments: TokenStream) -> TokenTree {
        let mut group = Group::new(Delimiter::Parenthesis, arguments);
        group.set_span(self.last);
        TokenTree::Group(group)
    }
}
