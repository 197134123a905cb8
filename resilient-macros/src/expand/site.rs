//! The place where a function names shared state: a static, resolved on the first call.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};

use super::Context;
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
        Some(policy) => quote_spanned!(Span::mixed_site()=> ::core::option::Option::Some(#policy.checked())),
        None => quote_spanned!(Span::mixed_site()=> ::core::option::Option::None),
    };
    let name_value = match name {
        Some(Setting { value, .. }) => {
            let name = value.expr.to_token_stream();
            quote_spanned!(Span::mixed_site()=> __resilient_pipeline::Name::new(&#name))
        }
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
