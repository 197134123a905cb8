//! A static without a value, of which an attribute makes a handle.

use proc_macro2::TokenStream;
use syn::parse::ParseStream;
use syn::{Result, Token, Type, Visibility};

use crate::model::StaticItem;

/// Whether a `static` stands here.
pub(super) fn is_static(input: ParseStream) -> bool {
    input.peek(Token![static])
}

/// The rest of a static behind its visibility.
pub(super) fn parse(vis: Visibility, input: ParseStream) -> Result<StaticItem> {
    let keyword = input.parse::<Token![static]>()?;
    let mutability = input.parse()?;
    let ident = input.parse()?;
    input.parse::<Token![:]>()?;
    let ty = input.parse::<Type>()?;
    let value = if input.parse::<Option<Token![=]>>()?.is_some() { Some(until_semicolon(input)?) } else { None };
    input.parse::<Token![;]>()?;
    Ok(StaticItem { vis, keyword, mutability, ident, ty, value })
}

fn until_semicolon(input: ParseStream) -> Result<TokenStream> {
    let mut value = TokenStream::new();
    while !input.is_empty() && !input.peek(Token![;]) {
        value.extend([input.parse::<proc_macro2::TokenTree>()?]);
    }
    Ok(value)
}
