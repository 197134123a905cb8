//! What the attributes say as a static, which the linker collects for `resilient::functions()`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

use super::context::Context;
use super::statics;
use super::values::SettingType;
use crate::describe::described::{Described, worst_case};
use crate::describe::format::list;
use crate::describe::settings::DescribedSetting;
use crate::describe::worst_case::WorstCase;

/// One static in all, of constants: everything that the macro can compute is computed here.
pub(crate) fn expand(context: &Context<'_>, layers: &[Described]) -> TokenStream {
    let Context { is_async, .. } = context;
    let path = context.path();
    let worst_case = tokens(&worst_case(layers));
    let layers = layers.iter().enumerate().map(|(index, it)| layer(index, it));
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

fn layer(index: usize, Described { facts, layer }: &Described) -> TokenStream {
    // One string, because the compiler takes its time over each value of a static.
    let settings = layer.settings().all;
    let settings: Vec<_> =
        settings.iter().map(|DescribedSetting { name, text, .. }| format!("{name} = {text}")).collect();
    let settings = settings.join("\u{1e}");
    if facts.shared_name().is_some() {
        let (constructor, site) = (Ident::new(facts.name, Span::mixed_site()), statics::ident(index));
        return quote_spanned!(Span::mixed_site()=> __resilient_pipeline::Layer::#constructor(&#site, #settings));
    }
    let kind = Ident::new(facts.type_name, Span::mixed_site());
    quote_spanned!(Span::mixed_site()=> __resilient_pipeline::Layer::new(__resilient_pipeline::LayerKind::#kind, #settings))
}

fn tokens(worst_case: &WorstCase) -> TokenStream {
    let fields = match worst_case {
        WorstCase::Within(time) => {
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
        WorstCase::DependsOn(values) => {
            let values = list(values);
            quote_spanned!(Span::mixed_site()=> DependsOn { values: #values })
        }
        WorstCase::Unbounded(reason) => quote_spanned!(Span::mixed_site()=> Unbounded { because: #reason }),
    };
    quote_spanned!(Span::mixed_site()=> __resilient_pipeline::WorstCase::#fields)
}
