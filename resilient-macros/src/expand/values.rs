//! Settings as tokens.

use std::time::Duration;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, ExprPath, Lit, Pat};

use super::count;
use super::spans::at;
use crate::model::{Filter, Setting, Value};
use crate::pattern::bindings;

/// A type that settings have.
pub(crate) trait SettingType {
    fn name(at: Span) -> TokenStream;
    fn known(&self) -> TokenStream;

    /// The value of an expression that the setting `key` is given.
    fn computed(expr: &Expr, key: &Ident, _: Computed) -> TokenStream {
        typed(expr, &Self::name(at(key.span())))
    }
}

/// When an expression is evaluated.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Computed {
    /// When the program is compiled, as that of shared state.
    Once,
    /// In each call, unless it is a constant.
    InCalls,
}

impl SettingType for Duration {
    fn name(at: Span) -> TokenStream {
        quote_spanned!(at=> __resilient_pipeline::Duration)
    }

    fn known(&self) -> TokenStream {
        let (secs, nanos) = (self.as_secs(), self.subsec_nanos());
        quote_spanned!(Span::mixed_site()=> __resilient_pipeline::Duration::new(#secs, #nanos))
    }
}

impl SettingType for u32 {
    fn name(at: Span) -> TokenStream {
        quote_spanned!(at=> ::core::primitive::u32)
    }

    fn known(&self) -> TokenStream {
        self.to_token_stream()
    }

    /// Any unsigned type will do.
    fn computed(expr: &Expr, key: &Ident, computed: Computed) -> TokenStream {
        let value =
            if count::takes_any_type(expr) { typed(expr, &Self::name(at(key.span()))) } else { expr.to_token_stream() };
        // The error about a constant that is too large points at the call of the conversion.
        let at = at(expr.span());
        let count = quote_spanned!(at=> __resilient_pipeline::count(#value));
        match computed {
            Computed::Once => quote_spanned!(at=> #count.__resilient_constant_count()),
            Computed::InCalls if is_const(expr) => quote_spanned!(at=> const { #count.__resilient_constant_count() }),
            Computed::InCalls => quote_spanned!(at=> #count.__resilient_computed_count()),
        }
    }
}

impl SettingType for f64 {
    fn name(at: Span) -> TokenStream {
        quote_spanned!(at=> ::core::primitive::f64)
    }

    fn known(&self) -> TokenStream {
        self.to_token_stream()
    }
}

impl<T: SettingType> Setting<Value<T>> {
    pub(crate) fn tokens(&self) -> TokenStream {
        self.value.tokens(&self.key)
    }
}

impl<T: SettingType> Value<T> {
    /// The value of the setting `key`.
    pub(crate) fn tokens(&self, key: &Ident) -> TokenStream {
        self.tokens_computed(key, Computed::InCalls)
    }

    pub(crate) fn tokens_computed(&self, key: &Ident, computed: Computed) -> TokenStream {
        match self {
            Self::Known(known) => known.known(),
            Self::Expr(expr) => T::computed(expr, key, computed),
        }
    }
}

/// An expression that must have the type `ty`. The error about another type points at the expression, and its note at
/// the type.
pub(crate) fn typed(expr: &Expr, ty: &TokenStream) -> TokenStream {
    quote_spanned!(Span::mixed_site()=> { let __resilient_value: #ty = #expr; __resilient_value })
}

/// The optional duration that an expression gives. The call of `limit` makes errors about another type point at the
/// expression.
pub(crate) fn limit(expr: &Expr, limit: &str) -> TokenStream {
    let limit = Ident::new(limit, at(expr.span()));
    let given = quote_spanned!(limit.span()=> __resilient_pipeline::#limit(#expr));
    quote_spanned!(Span::mixed_site()=> #given.__resilient_limit())
}

/// Whether an expression looks constant: a literal, or a path whose last segment is written in capitals.
pub(crate) fn is_const(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(literal) => !matches!(literal.lit, Lit::Verbatim(_)),
        Expr::Path(ExprPath { path, .. }) => path.segments.last().is_some_and(|last| {
            let name = last.ident.to_string();
            name.chars().any(char::is_uppercase) && !name.chars().any(char::is_lowercase)
        }),
        _ => false,
    }
}

/// Whether a path may depend on generics, which an item in a body cannot use: it starts at a type.
pub(crate) fn may_be_generic(expr: &Expr) -> bool {
    match expr {
        Expr::Path(ExprPath { qself, path, .. }) => {
            let first = path.segments.first().map(|first| first.ident.to_string());
            let starts_at_type = first.is_some_and(|first| first.starts_with(char::is_uppercase));
            qself.is_some() || path.segments.len() > 1 && starts_at_type
        }
        _ => false,
    }
}

/// A function or closure that is called with one argument. A path is wrapped in a closure, so that the error about
/// another type points at the path.
pub(crate) fn callable(callable: &Expr) -> TokenStream {
    match callable {
        Expr::Closure(closure) => closure.to_token_stream(),
        path => quote_spanned!(at(path.span())=> |__resilient_argument| #path(__resilient_argument)),
    }
}

/// A filter as a predicate over `&E`.
pub(crate) fn predicate(filter: &Filter) -> TokenStream {
    match filter {
        Filter::If(predicate) => callable(predicate),
        Filter::On { pattern, guard } => {
            let guard = guard.as_ref().map(|guard| quote_spanned!(Span::mixed_site()=> if #guard));
            let constants = constants(pattern);
            quote_spanned! {Span::mixed_site()=>
                |__resilient_error| {
                    #constants
                    #[allow(unreachable_patterns)]
                    match __resilient_error {
                        #pattern #guard => true,
                        _ => false,
                    }
                }
            }
        }
    }
}

/// Uses the names in a pattern that look like constants or unit structs. A name that is neither, such as a type or
/// something not imported, would be a variable that matches every error. In an or-pattern the compiler reports that
/// itself.
fn constants(pattern: &Pat) -> Option<TokenStream> {
    if matches!(pattern, Pat::Or(_)) {
        return None;
    }
    let names: Vec<Ident> = bindings(pattern)
        .into_iter()
        .filter(|binding| binding.by_ref.is_none() && binding.mutability.is_none() && binding.subpat.is_none())
        .map(|binding| binding.ident)
        .filter(|name| name.to_string().starts_with(char::is_uppercase))
        .collect();
    (!names.is_empty()).then(|| quote_spanned!(Span::mixed_site()=> if false { #(let _ = &#names;)* }))
}
