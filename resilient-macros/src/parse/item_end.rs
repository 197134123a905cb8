//! Where an item ends.

use proc_macro2::{TokenStream, TokenTree};
use syn::parse::ParseStream;
use syn::{Result, Token};

/// Whether an item is over.
pub(crate) fn ends(input: ParseStream) -> bool {
    input.is_empty() || input.peek(Token![,])
}

/// A lone `=` behind the next token.
pub(crate) fn assignment_follows(input: ParseStream) -> bool {
    input.peek2(Token![=]) && !input.peek2(Token![==]) && !input.peek2(Token![=>])
}

/// What is left of an item.
pub(crate) fn to_comma(input: ParseStream) -> TokenStream {
    let mut tokens = TokenStream::new();
    while let (false, Ok(token)) = (ends(input), input.parse::<TokenTree>()) {
        tokens.extend([token]);
    }
    tokens
}

pub(crate) fn skip_to_comma(input: ParseStream) -> Result<()> {
    while !ends(input) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}
