//! A static without a value, of which an attribute makes a handle.

use proc_macro2::TokenStream;
use syn::parse::ParseStream;
use syn::{Ident, Result, Token, Type, Visibility};

use crate::model::StaticItem;

/// Whether a `static` stands here, or a `const` that was meant to be one, since it has no value.
pub(super) fn is_static(input: ParseStream) -> bool {
    let is_const_without_value = || {
        let ahead = input.fork();
        ahead.parse::<Token![const]>().is_ok()
            && ahead.parse::<Ident>().is_ok()
            && ahead.parse::<Token![:]>().is_ok()
            && ahead.parse::<Type>().is_ok()
            && ahead.peek(Token![;])
    };
    input.peek(Token![static]) || is_const_without_value()
}

/// The rest of a static behind its visibility.
pub(super) fn parse(vis: Visibility, input: ParseStream) -> Result<StaticItem> {
    let constant = input.parse::<Option<Token![const]>>()?;
    let keyword = match constant {
        Some(constant) => Token![static](constant.span),
        None => input.parse()?,
    };
    let mutability = input.parse()?;
    let ident = input.parse()?;
    input.parse::<Token![:]>()?;
    let ty = input.parse::<Type>()?;
    let value = if input.parse::<Option<Token![=]>>()?.is_some() { Some(until_semicolon(input)?) } else { None };
    input.parse::<Token![;]>()?;
    Ok(StaticItem { vis, keyword, constant, mutability, ident, ty, value })
}

fn until_semicolon(input: ParseStream) -> Result<TokenStream> {
    let mut value = TokenStream::new();
    while !input.is_empty() && !input.peek(Token![;]) {
        value.extend([input.parse::<proc_macro2::TokenTree>()?]);
    }
    Ok(value)
}
