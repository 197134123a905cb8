//! What the attributes say as a static, which the linker collects for `resilient::functions()`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

use super::values::SettingType;
use super::{Context, site};
use crate::model::{Kind, Layer};
use crate::tell::{Bound, Told, bound, list, settings};

/// One static in all, of constants: everything that the macro can compute is computed here.
pub(crate) fn expand(context: &Context<'_>) -> TokenStream {
    let Context { stack, is_async, .. } = context;
    let path = context.path();
    let layers = stack.layers.iter().enumerate().map(|(index, it)| layer(index, it));
    let worst_case = worst_case(&bound(&stack.layers));
    quote_spanned! {Span::mixed_site()=>
        __resilient_pipeline::inventory::submit! {
            __resilient_pipeline::Function::new(
                #path,
                (::core::file!(), ::core::line!()),
                #is_async,
                &[#(#layers),*],
                #worst_case,
            )
        }
    }
}

fn layer(index: usize, layer: &Layer) -> TokenStream {
    // One string, because the compiler takes its time over each value of a static.
    let settings = settings(layer).iter().map(|Told { name, text, .. }| format!("{name} = {text}")).collect::<Vec<_>>();
    let settings = settings.join("\u{1e}");
    let site = site::ident(index);
    match layer {
        Layer::CircuitBreaker(_) => {
            quote_spanned!(Span::mixed_site()=> __resilient_pipeline::Layer::circuit_breaker(&#site, #settings))
        }
        Layer::Bulkhead(bulkhead) if bulkhead.name.is_some() => {
            quote_spanned!(Span::mixed_site()=> __resilient_pipeline::Layer::bulkhead(&#site, #settings))
        }
        _ => {
            let kind = Ident::new(variant(layer.kind()), Span::mixed_site());
            quote_spanned!(Span::mixed_site()=>
                __resilient_pipeline::Layer::new(__resilient_pipeline::LayerKind::#kind, #settings)
            )
        }
    }
}

const fn variant(kind: Kind) -> &'static str {
    match kind {
        Kind::Retry => "Retry",
        Kind::CircuitBreaker => "CircuitBreaker",
        Kind::Timeout => "Timeout",
        Kind::Bulkhead => "Bulkhead",
        Kind::Fallback => "Fallback",
    }
}

fn worst_case(bound: &Bound) -> TokenStream {
    let fields = match bound {
        Bound::Within(time) => {
            let caveat = match time.caveats() {
                Some(caveats) => quote_spanned!(Span::mixed_site()=> ::core::option::Option::Some(#caveats)),
                None => quote_spanned!(Span::mixed_site()=> ::core::option::Option::None),
            };
            if let Some(limit) = time.as_known() {
                let limit = limit.known();
                quote_spanned!(Span::mixed_site()=> Within { limit: #limit, caveat: #caveat })
            } else {
                let sum = time.sum();
                quote_spanned!(Span::mixed_site()=> WithinSum { sum: #sum, caveat: #caveat })
            }
        }
        Bound::DependsOn(values) => {
            let values = list(values);
            quote_spanned!(Span::mixed_site()=> DependsOn { values: #values })
        }
        Bound::Unbounded(reason) => quote_spanned!(Span::mixed_site()=> Unbounded { because: #reason }),
    };
    quote_spanned!(Span::mixed_site()=> __resilient_pipeline::WorstCase::#fields)
}
