//! Asks the compiler whether the attributes can act on a result type that may be an alias: of a future they would see
//! only the making, and of what is no `Result` some of them would see nothing.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote_spanned};
use syn::spanned::Spanned;
use syn::{Signature, Type};

use super::context::Context;
use super::error_conversion;
use super::spans::at;
use crate::idle;

/// A statement about the `call` or `future` called `__resilient_body`, if there is anything to ask.
pub(crate) fn question(context: &Context<'_>, kind: &str) -> Option<TokenStream> {
    let returns = &context.returns;
    if error_conversion::is_result(returns) || is_parameter(returns, context.sig) || error_conversion::asks(context) {
        return None;
    }
    let knowledge = knowledge(returns);
    let (object, place) = match idle::first(context.layers) {
        Some(idle) => ("errors", idle.span),
        None => ("value", returns.span()),
    };
    let on = format_ident!("on_{kind}", span = Span::mixed_site());
    let method = format_ident!("__resilient_{knowledge}_on_{object}", span = at(place));
    Some(quote_spanned!(Span::mixed_site()=> __resilient_pipeline::Acts::#on(&__resilient_body).#method();))
}

/// A refusal as the error of a type that may be an alias, asked at `place`.
pub(crate) fn refused(returns: &Type, place: Span) -> TokenStream {
    let method = format_ident!("__resilient_{}_refused", knowledge(returns), span = at(place));
    quote_spanned!(at(place)=> <__resilient_pipeline::Acts<#returns> as ::core::default::Default>::default().#method(__resilient_refusal))
}

/// Which of the questions about a type is the right one.
fn knowledge(ty: &Type) -> &'static str {
    if is_no_parameter(ty) { "known" } else { "acts" }
}

/// Whether the type is one of the function's parameters, or belongs to one.
pub(crate) fn is_parameter(ty: &Type, sig: &Signature) -> bool {
    match ty {
        Type::Paren(inner) => is_parameter(&inner.elem, sig),
        Type::Group(inner) => is_parameter(&inner.elem, sig),
        Type::Path(path) => match (&path.qself, path.path.segments.first()) {
            (Some(qself), _) => is_parameter(&qself.ty, sig),
            (None, Some(first)) => sig.generics.type_params().any(|parameter| parameter.ident == first.ident),
            (None, None) => false,
        },
        _ => false,
    }
}

/// Whether the type cannot be a parameter of an `impl` nor belong to one, by its looks: a parameter has no arguments, and
/// stands in no module.
fn is_no_parameter(ty: &Type) -> bool {
    match ty {
        Type::Paren(inner) => is_no_parameter(&inner.elem),
        Type::Group(inner) => is_no_parameter(&inner.elem),
        Type::Path(path) if path.qself.is_none() => path.path.segments.first().is_some_and(|first| {
            let name = first.ident.to_string();
            !first.arguments.is_none() || name == "Self" || !name.starts_with(char::is_uppercase)
        }),
        Type::Path(_) => false,
        _ => true,
    }
}
