//! Asks the compiler whether the attributes can act on a result type that may be an alias: of a future they would see
//! only the making, and of what is no `Result` some of them would see nothing.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote_spanned};
use syn::spanned::Spanned;
use syn::{Signature, Type};

use super::spans::at;
use super::{Context, refusals};
use crate::idle;

/// A statement about the `call` or `future` called `__resilient_body`, if there is anything to ask.
pub(crate) fn question(context: &Context<'_>, kind: &str) -> Option<TokenStream> {
    let returns = &context.returns;
    if refusals::is_result(returns) || is_parameter(returns, context.sig) {
        return None;
    }
    let idle = idle::first(&context.stack.layers);
    let (method, place) = match &idle {
        Some(idle) => ("__resilient_acts_on_errors", idle.span),
        None => ("__resilient_acts_on_value", returns.span()),
    };
    let on = format_ident!("on_{kind}", span = Span::mixed_site());
    let method = Ident::new(method, at(place));
    Some(quote_spanned!(Span::mixed_site()=> __resilient_pipeline::Acts::#on(&__resilient_body).#method();))
}

/// Whether the type is a parameter or belongs to one, by its looks: those of an `impl` are not seen, but have short
/// names.
fn is_parameter(ty: &Type, sig: &Signature) -> bool {
    match ty {
        Type::Paren(inner) => is_parameter(&inner.elem, sig),
        Type::Group(inner) => is_parameter(&inner.elem, sig),
        Type::Path(path) => {
            if let Some(qself) = &path.qself {
                return is_parameter(&qself.ty, sig);
            }
            let Some(first) = path.path.segments.first() else { return false };
            let name = first.ident.to_string();
            let is_short = name.len() <= 2 && name.starts_with(char::is_uppercase);
            is_short || sig.generics.type_params().any(|parameter| parameter.ident == first.ident)
        }
        _ => false,
    }
}
