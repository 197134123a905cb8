//! How refusals leave a pipeline: as the function's own error type.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote_spanned};
use resilient_rules::refusal::Refusal;
use syn::spanned::Spanned;
use syn::{Expr, GenericArgument};

use super::acts;
use super::context::Context;
use super::pipeline_expr::PipelineExpr;
use super::result_type::{is_parameter, is_result, result_arguments};
use super::spans::{Extent, at};
use super::values::callable;
use crate::facts::{Facts, MadeRefusal};

/// The end of a pipeline: what the function returns.
pub(crate) fn settle(context: &Context<'_>, whole: &PipelineExpr) -> TokenStream {
    let value = whole.value();
    let outermost = outermost(context, whole);
    let (function, into) = match outermost {
        None => ("unrefused", None),
        Some(outermost) => {
            let into = map_err(context, whole).unwrap_or_else(|| by_from(context, outermost));
            ("settled", Some(into))
        }
    };
    if is_result(&context.returns) {
        // A missing conversion is an error here and at the path that names it. Both have one span, so that the compiler
        // reports one.
        let at = outermost.map_or_else(Span::mixed_site, |outermost| at(outermost.span));
        let function = Ident::new(function, at);
        quote_spanned!(at=> __resilient_pipeline::#function(#value, &__resilient_call, #into))
    } else {
        let function = format_ident!("__resilient_{function}", span = Span::mixed_site());
        quote_spanned!(Span::mixed_site()=> __resilient_pipeline::Leaving(#value).#function(&__resilient_call, #into))
    }
}

/// The call that gives the error, or the whole outcome as `noun` says, to a fallback: `own_error()` where nothing can
/// have refused.
pub(crate) fn given(context: &Context<'_>, below: &PipelineExpr, noun: &str) -> TokenStream {
    let Some(outermost) = outermost(context, below) else {
        return own(noun);
    };
    if let Some(map_err) = map_err(context, below) {
        let method = format_ident!("__resilient_{noun}_by", span = Span::mixed_site());
        return quote_spanned!(Span::mixed_site()=> #method(#map_err));
    }
    let converted = converted(context, outermost);
    let method = format_ident!("__resilient_{noun}", span = Span::mixed_site());
    quote_spanned!(Span::mixed_site()=> #method(|__resilient_refusal| #converted))
}

/// The same where nothing can have refused.
pub(crate) fn own(noun: &str) -> TokenStream {
    let method = format_ident!("__resilient_own_{noun}", span = Span::mixed_site());
    quote_spanned!(Span::mixed_site()=> #method())
}

/// The outermost attribute that can have refused.
fn outermost<'a>(context: &Context<'a>, flow: &PipelineExpr) -> Option<&'a Facts<'a>> {
    flow.refusing().iter().min().map(|index| &context.layers[*index])
}

/// The refusal as the caller's error, by `From`.
fn by_from(context: &Context<'_>, refusing: &Facts) -> TokenStream {
    let returns = &context.returns;
    if result_arguments(returns).is_some() {
        return conversion(context, refusing);
    }
    let converted = if is_parameter(returns, context.sig) {
        quote_spanned!(at(refusing.span)=> <#returns as __resilient_pipeline::Refusable<_>>::refused(__resilient_refusal))
    } else {
        acts::refused(returns, refusing.span)
    };
    quote_spanned!(Span::mixed_site()=> |__resilient_refusal| #converted)
}

/// The conversion of a refusal. The error about a missing one points at the attribute that can refuse.
fn converted(context: &Context<'_>, refusing: &Facts) -> TokenStream {
    let conversion = conversion(context, refusing);
    quote_spanned!(at(refusing.span)=> #conversion(__resilient_refusal))
}

/// The function that makes the error, as a path: a closure would be one more body to compile. For a type parameter it
/// is `From::from`, because the compiler's own error names the missing bound.
fn conversion(context: &Context<'_>, refusing: &Facts) -> TokenStream {
    let at = at(refusing.span);
    match result_arguments(&context.returns).as_deref() {
        Some([_, GenericArgument::Type(error)]) if context.arguments.is_parameter(error) => {
            quote_spanned!(at=> ::core::convert::From::from)
        }
        _ => quote_spanned!(at=> __resilient_pipeline::FromRefusal::from_refusal),
    }
}

/// All `map_err` settings as one function, which chooses by the refusal's kind.
fn map_err(context: &Context<'_>, flow: &PipelineExpr) -> Option<TokenStream> {
    let mut arms: Vec<(Refusal, &Facts, Option<&Expr>)> = Vec::new();
    for layer in flow.refusing().iter().map(|index| &context.layers[*index]) {
        let MadeRefusal { refusal, map_err, .. } = layer.refusal?;
        if !arms.iter().any(|(known, ..)| *known == refusal) {
            arms.push((refusal, layer, map_err.map(|map_err| &map_err.value)));
        }
    }
    if let [(_, _, Some(only))] = arms.as_slice() {
        return Some(callable(only));
    }
    if arms.iter().all(|(_, _, map_err)| map_err.is_none()) {
        return None;
    }
    let error = |layer, map_err: Option<&Expr>| map_err.map_or_else(|| converted(context, layer), mapped);
    let (_, last_layer, last) = arms.pop()?;
    let otherwise = error(last_layer, last);
    let arms = arms.into_iter().map(|(refusal, layer, map_err)| {
        let kind = Ident::new(refusal.kind(), Span::mixed_site());
        let error = error(layer, map_err);
        quote_spanned!(Span::mixed_site()=> __resilient_pipeline::ErrorKind::#kind => #error,)
    });
    Some(quote_spanned!(Span::mixed_site()=>
        |__resilient_refusal| match __resilient_pipeline::Error::kind(&__resilient_refusal) {
            #(#arms)* _ => #otherwise
        }
    ))
}

fn mapped(map_err: &Expr) -> TokenStream {
    if let Expr::Closure(_) = map_err {
        let extent = Extent::of(map_err);
        let arguments = extent.call(quote_spanned!(Span::mixed_site()=> __resilient_refusal, #map_err));
        return quote_spanned!(extent.first=> __resilient_pipeline::apply #arguments);
    }
    quote_spanned!(at(map_err.span())=> #map_err(__resilient_refusal))
}
