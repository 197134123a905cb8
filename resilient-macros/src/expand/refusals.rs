//! How refusals leave a pipeline: as the function's own error type.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::Expr;

use super::flow::Flow;
use crate::model::{Layer, Setting, Stack};

/// The call that ends a pipeline.
pub(crate) fn settle(stack: &Stack, whole: &Flow) -> TokenStream {
    by(stack, whole, "unrefused", "settled")
}

/// The call that gives the error to a fallback.
pub(crate) fn error(stack: &Stack, below: &Flow) -> TokenStream {
    by(stack, below, "own_error", "error")
}

/// `unrefused()` where nothing can have refused, `settled()` where `From` converts, `settled_by(…)` where `map_err` does.
fn by(stack: &Stack, flow: &Flow, unrefused: &str, settled: &str) -> TokenStream {
    if flow.refusing().is_empty() {
        let unrefused = Ident::new(unrefused, Span::mixed_site());
        return quote_spanned!(Span::mixed_site()=> #unrefused());
    }
    if let Some(map_err) = map_err(stack, flow) {
        let settled_by = Ident::new(&format!("{settled}_by"), Span::mixed_site());
        return quote_spanned!(Span::mixed_site()=> #settled_by(#map_err));
    }
    // Where `E` lacks the conversion, the message belongs at the attribute that can refuse.
    let layers = flow.refusing().iter().min().map(|index| stack.layers[*index].span());
    let settled = Ident::new(settled, Span::mixed_site().located_at(layers.unwrap_or_else(Span::mixed_site)));
    quote_spanned!(Span::mixed_site()=> #settled())
}

/// One function over all refusals: the refusal's kind tells which attribute it came from.
fn map_err(stack: &Stack, flow: &Flow) -> Option<TokenStream> {
    let mut arms: Vec<(&'static str, Option<&Expr>)> = Vec::new();
    for layer in flow.refusing().iter().map(|index| &stack.layers[*index]) {
        let (kind, map_err) = refusal(layer)?;
        if !arms.iter().any(|(known, _)| *known == kind) {
            arms.push((kind, map_err));
        }
    }
    if arms.iter().all(|(_, map_err)| map_err.is_none()) {
        return None;
    }
    if let [(_, Some(only))] = arms.as_slice() {
        return Some(quote_spanned!(Span::mixed_site()=> #only));
    }
    let last = arms.pop()?;
    let arms = arms.into_iter().map(|(kind, map_err)| {
        let kind = Ident::new(kind, Span::mixed_site());
        let mapped = mapped(map_err);
        quote_spanned!(Span::mixed_site()=> __resilient_pipeline::ErrorKind::#kind => #mapped,)
    });
    let otherwise = mapped(last.1);
    Some(quote_spanned!(Span::mixed_site()=> |refusal| match refusal.kind() { #(#arms)* _ => #otherwise }))
}

fn mapped(map_err: Option<&Expr>) -> TokenStream {
    match map_err {
        Some(map_err) => quote_spanned!(Span::mixed_site()=> __resilient_pipeline::map_refusal(refusal, #map_err)),
        None => quote_spanned!(Span::mixed_site()=> __resilient_pipeline::FromRefusal::from_refusal(refusal)),
    }
}

/// The kind of refusal that a layer makes, and what turns it into an error.
fn refusal(layer: &Layer) -> Option<(&'static str, Option<&Expr>)> {
    let (kind, map_err): (_, &Option<Setting<Expr>>) = match layer {
        Layer::CircuitBreaker(breaker) => ("CircuitOpen", &breaker.map_err),
        Layer::Timeout(timeout) => ("TimedOut", &timeout.map_err),
        Layer::Bulkhead(bulkhead) => ("BulkheadFull", &bulkhead.map_err),
        Layer::Retry(retry) => ("RetriesExhausted", &retry.map_err),
        Layer::Fallback(_) => return None,
    };
    Some((kind, map_err.as_ref().map(|map_err| &map_err.value)))
}
