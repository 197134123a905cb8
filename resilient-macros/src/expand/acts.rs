//! Makes the compiler check that the attributes can act on a result type that may be an alias. A future would be
//! guarded only while it is made, and an attribute that acts on errors would never act without a `Result`.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote_spanned};
use syn::Type;
use syn::spanned::Spanned;

use super::context::Context;
use super::result_type::{is_no_parameter, is_parameter, is_result, result_arguments};
use super::spans::at;
use crate::facts::answered::Answered;
use crate::facts::{Facts, idle};

/// The statement that checks the `call` or `future` called `__resilient_body`, if a check is needed.
pub(crate) fn question(context: &Context<'_>, kind: &str) -> Option<TokenStream> {
    let returns = &context.returns;
    if is_result(returns) || is_parameter(returns, context.sig) || asks(context) {
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

/// Whether the end of the pipeline checks that the result type can hold a refusal, which includes this check.
fn asks(context: &Context<'_>) -> bool {
    let mut answered = Answered::default();
    let exposed = context.layers.iter().filter(|layer| answered.passes(layer));
    let exposed: Vec<&Facts> = exposed.filter(|layer| layer.made_refusal().is_some()).collect();
    let is_converted = |layer: &&Facts| layer.map_err().is_some();
    result_arguments(&context.returns).is_none() && !exposed.is_empty() && !exposed.iter().any(is_converted)
}

/// A refusal as the error of a result type that may be an alias. Errors point at `place`.
pub(crate) fn refused(returns: &Type, place: Span) -> TokenStream {
    let method = format_ident!("__resilient_{}_refused", knowledge(returns), span = at(place));
    quote_spanned!(at(place)=> <__resilient_pipeline::Acts<#returns> as ::core::default::Default>::default().#method(__resilient_refusal))
}

/// The part of a method's name that says whether the type may be a parameter.
fn knowledge(ty: &Type) -> &'static str {
    if is_no_parameter(ty) { "known" } else { "acts" }
}
