//! The place where a function names shared state: a static, resolved on the first call.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

use super::Context;
use super::spans::at;
use crate::model::{Name, Setting};

/// An expression of type `&'static CircuitBreaker` or `&'static Bulkhead`, as `kind` says.
pub(crate) fn expand(
    context: &Context<'_>,
    kind: &str,
    name: Option<&Setting<Name>>,
    policy: Option<&TokenStream>,
) -> TokenStream {
    let kind = Ident::new(kind, Span::mixed_site());
    let policy_value = match policy {
        Some(policy) => quote_spanned!(Span::mixed_site()=> ::core::option::Option::Some(#policy)),
        None => quote_spanned!(Span::mixed_site()=> ::core::option::Option::None),
    };
    let name_value = match name {
        Some(name) => constant_name(name),
        None => context.name(),
    };
    // Settings of a name are collected when linking, so that it does not matter who runs first.
    let definition = (name.is_some() && policy.is_some()).then(|| {
        quote_spanned! {Span::mixed_site()=>
            __resilient_pipeline::inventory::submit! {
                __resilient_pipeline::Definition::#kind(&__RESILIENT_SITE)
            }
        }
    });
    let resolve = Ident::new(if name.is_some() { "get" } else { "own" }, Span::mixed_site());
    quote_spanned! {Span::mixed_site()=>
        {
            static __RESILIENT_SITE: __resilient_pipeline::Site<__resilient_pipeline::#kind> =
                __resilient_pipeline::Site::new(
                    #name_value,
                    #policy_value,
                    ::core::concat!(::core::file!(), ":", ::core::line!()),
                );
            #definition
            __RESILIENT_SITE.#resolve()
        }
    }
}

/// The name that the user gave; of one that is no string, the compiler tells there.
fn constant_name(Setting { key, value, value_span }: &Setting<Name>) -> TokenStream {
    let expr = &value.expr;
    if value.literal.is_some() {
        return quote_spanned!(Span::mixed_site()=> __resilient_pipeline::Name::new(&#expr));
    }
    let ty = quote_spanned!(at(key.span())=> &'static ::core::primitive::str);
    let name = quote_spanned!(at(*value_span)=> __resilient_pipeline::Name::new(&__RESILIENT_NAME));
    quote_spanned!(Span::mixed_site()=> { const __RESILIENT_NAME: #ty = #expr; #name })
}
