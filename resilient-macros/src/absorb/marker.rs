//! Absorbed attributes, which the compiler never sees at their place: each is named once in the function's body, so
//! that an import of it counts as used.
//!
//! It stands there as an attribute of an empty item, for which it gives nothing. `use timeout as _;` would not do: an
//! import cannot refer to a local variable, and an argument may be called `timeout`.

use std::collections::HashSet;

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::quote_spanned;
use syn::{Ident, Path};

/// The argument that marks an attribute as only named, not applied.
const MARKER: &str = "__resilient_absorbed";

/// Names the absorbed attributes by the paths that the user wrote: of several paths through one module, one.
pub(crate) fn named(absorbed: &[Path]) -> TokenStream {
    let mut modules = HashSet::new();
    let is_new = |path: &&Path| {
        let module = path.segments.first().filter(|_| path.segments.len() > 1);
        module.is_none_or(|module| modules.insert((path.leading_colon.is_some(), module.ident.to_string())))
    };
    let absorbed = absorbed.iter().filter(is_new);
    let marker = Ident::new(MARKER, Span::mixed_site());
    quote_spanned!(Span::mixed_site()=> #(#[#absorbed(#marker)] const _: () = ();)*)
}

/// Whether an attribute with these arguments is only named.
pub(crate) fn is_marker(args: &TokenStream) -> bool {
    let mut args = args.clone().into_iter();
    matches!((args.next(), args.next()), (Some(TokenTree::Ident(only)), None) if only == MARKER)
}
