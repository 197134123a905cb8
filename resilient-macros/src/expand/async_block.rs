//! The async block of a function that returns its future. Only its body is replaced, by the pipeline.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::Signature;

use super::arguments::Arguments;
use crate::model::AsyncBlock;

/// The signature and the function's block.
pub(crate) fn around(async_block: &AsyncBlock, arguments: &Arguments, pipeline: &Group) -> (Signature, TokenStream) {
    let AsyncBlock { lead, binding, trail, .. } = async_block;
    let declarations = arguments.declarations(&async_block.declarations);
    // Without a binding of the result the pipeline is the block's last expression.
    let within = quote_spanned!(Span::mixed_site()=> #lead #declarations #binding #pipeline #trail);
    let sig = if async_block.declarations.is_empty() {
        arguments.signature(&async_block.sig)
    } else {
        async_block.sig.clone()
    };
    let block = async_block.opening.iter().rev().fold((Delimiter::Brace, within), |(delimiter, within), before| {
        let group = TokenTree::Group(Group::new(delimiter, within));
        (Delimiter::Parenthesis, quote_spanned!(Span::mixed_site()=> #before #group))
    });
    (sig, TokenTree::Group(Group::new(Delimiter::Brace, block.1)).into_token_stream())
}
