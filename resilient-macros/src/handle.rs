//! A static of which an attribute makes a handle: shared state that functions name by its path.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, Path, Type};

use crate::absorb::{Stack, marker};
use crate::describe::described::Described;
use crate::describe::pretty_tokens::code;
use crate::describe::rustdoc;
use crate::expand::spans::at;
use crate::expand::{per_key, statics};
use crate::facts::Facts;
use crate::layers::Layer;
use crate::model::{Name, Setting, StaticItem};
use crate::parse::function::Shape;

/// The static with its state.
///
/// Input
///
/// ```ignore
/// #[circuit_breaker(failure_threshold = 3)]
/// pub static USERS: CircuitBreaker;
/// ```
///
/// Output, without the path `__resilient_pipeline::` before names of the runtime
///
/// ```ignore
/// #[cfg_attr(doc, doc = "**Resilience**: …")]
/// pub static USERS: ::resilient::Handle<::resilient::CircuitBreaker> = {
///     use ::resilient::private as __resilient_pipeline;
///     declared::<CircuitBreaker, CircuitBreaker>();
///     inventory::submit! { HandleRegistration { module: MODULE, path: PATH, file: FILE, line: LINE, handle: &USERS } }
///     Handle::new(Name::new(&"users"), Some(BreakerPolicy::failure_threshold(BreakerPolicy::DEFAULT, 3)))
/// };
/// ```
///
/// The registration stands in the value, so that an attribute like `cfg` acts on it as well.
pub(crate) fn handle(item: &StaticItem, attrs: &[Attribute], krate: &Path, layer: &dyn Layer) -> TokenStream {
    let facts = facts(item, layer);
    let StaticItem { ident, ty, .. } = item;
    let kind = kind(&facts);
    let path = ident.unraw().to_string();
    let name = match given_name(&facts) {
        Some(name) => statics::constant_name(name),
        None => name_of(item),
    };
    let policy = match per_key::policy(&facts, layer.state_policy()) {
        Some(policy) => quote_spanned!(Span::mixed_site()=> ::core::option::Option::Some(#policy)),
        None => quote_spanned!(Span::mixed_site()=> ::core::option::Option::None),
    };
    let declared = at(ty.span());
    let declared = quote_spanned!(declared=> __resilient_pipeline::declared::<__resilient_pipeline::#kind, #ty>(););
    let value = quote_spanned! {Span::mixed_site()=>
        use #krate::private as __resilient_pipeline;
        #declared
        __resilient_pipeline::inventory::submit! {
            __resilient_pipeline::HandleRegistration {
                module: ::core::module_path!(),
                path: ::core::concat!(::core::module_path!(), "::", #path),
                file: ::core::file!(),
                line: ::core::line!(),
                handle: &#ident,
            }
        }
        __resilient_pipeline::Handle::new(#name, #policy)
    };
    let name = given_name(&facts).map_or_else(|| format!("{:?}", lower_case(item)), |name| code(&name.value.expr));
    let paragraph = rustdoc::handle_paragraph(attrs, &Described::new(&facts, layer), &name);
    let attrs = quote_spanned!(Span::mixed_site()=> #(#attrs)* #paragraph);
    with_value(item, &attrs, krate, &kind, &value)
}

/// The static where something about it is wrong, so that its uses are not errors as well. What it names counts as used. A
/// constant stays one, because no static may stand in a trait or an `impl`.
pub(crate) fn stand_in(item: &StaticItem, attrs: &[Attribute], stack: &Stack, layer: &dyn Layer) -> TokenStream {
    let Stack { krate, absorbed, .. } = stack;
    let StaticItem { vis, constant, ident, ty, .. } = item;
    let name = name_of(item);
    let kind = kind(&facts(item, layer));
    let absorbed = marker::named(absorbed);
    let named = quote_spanned! {Span::mixed_site()=>
        use #krate::private as __resilient_pipeline;
        #absorbed
        let __resilient_declared = ::core::marker::PhantomData::<#ty>;
    };
    match constant {
        Some(constant) => quote_spanned! {Span::mixed_site()=>
            #(#attrs)* #vis #constant #ident: #krate::private::InConstant<#krate::#kind> = {
                #named
                __resilient_pipeline::InConstant::new()
            };
        },
        None => {
            let value = quote_spanned! {Span::mixed_site()=>
                #named
                __resilient_pipeline::Handle::new(#name, ::core::option::Option::None)
            };
            with_value(item, &quote!(#(#attrs)*), krate, &kind, &value)
        }
    }
}

/// In place of a static without a value that is no handle: the compiler would refuse it as well. What it names counts as
/// used. A constant keeps its name, because it may stand in a trait, where `_` is no name.
pub(crate) fn named_without_value(item: Option<&Shape>) -> Option<TokenStream> {
    let Some(Shape::Static(item)) = item else { return None };
    let StaticItem { ident, constant, ty, value: None, .. } = &**item else { return None };
    let name = if constant.is_some() { quote!(#ident) } else { quote!(_) };
    Some(quote_spanned! {Span::mixed_site()=>
        #[allow(dead_code)]
        const #name: () = {
            let __resilient_declared = ::core::marker::PhantomData::<#ty>;
        };
    })
}

fn with_value(item: &StaticItem, attrs: &TokenStream, krate: &Path, kind: &Ident, value: &TokenStream) -> TokenStream {
    let StaticItem { vis, keyword, ident, .. } = item;
    quote_spanned!(Span::mixed_site()=> #attrs #vis #keyword #ident: #krate::Handle<#krate::#kind> = { #value };)
}

/// What is known of a layer on this static. One that is declared as `CircuitBreakers` has state for each key.
pub(crate) fn facts<'a>(item: &StaticItem, layer: &'a dyn Layer) -> Facts<'a> {
    let facts = layer.facts();
    let declared = facts.keys.is_some_and(|keys| is_called(&item.ty, keys.state_type));
    if declared { facts.per_key() } else { facts }
}

/// Whether a type is the path of one of this name.
fn is_called(ty: &Type, name: &str) -> bool {
    matches!(ty, Type::Path(ty) if ty.path.segments.last().is_some_and(|last| last.ident == name))
}

/// The type of its state.
fn kind(facts: &Facts) -> Ident {
    let kind = if facts.is_per_key() { facts.state_type } else { facts.type_name };
    Ident::new(kind, Span::mixed_site())
}

fn given_name<'a>(facts: &Facts<'a>) -> Option<&'a Setting<Name>> {
    facts.handle.as_ref().and_then(|handle| handle.name)
}

fn name_of(item: &StaticItem) -> TokenStream {
    let name = lower_case(item);
    quote_spanned!(Span::mixed_site()=> __resilient_pipeline::Name::new(&#name))
}

fn lower_case(item: &StaticItem) -> String {
    item.ident.unraw().to_string().to_lowercase()
}
