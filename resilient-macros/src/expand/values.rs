//! Settings as tokens.

use std::time::Duration;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, ExprPath, Lit};

use crate::model::{Filter, Value};

pub(crate) trait SettingTokens {
    fn setting_tokens(&self) -> TokenStream;
    /// Whether it is the same on each call, and known when compiled.
    fn is_const(&self) -> bool;
}

impl SettingTokens for Value<Duration> {
    fn setting_tokens(&self) -> TokenStream {
        match self {
            Self::Known(duration) => {
                let (secs, nanos) = (duration.as_secs(), duration.subsec_nanos());
                quote_spanned!(Span::mixed_site()=> __resilient_pipeline::Duration::new(#secs, #nanos))
            }
            Self::Expr(expr) => expr.to_token_stream(),
        }
    }

    fn is_const(&self) -> bool {
        is_const_value(self)
    }
}

impl SettingTokens for Value<u32> {
    fn setting_tokens(&self) -> TokenStream {
        known_or_expr(self)
    }

    fn is_const(&self) -> bool {
        is_const_value(self)
    }
}

impl SettingTokens for Value<f64> {
    fn setting_tokens(&self) -> TokenStream {
        known_or_expr(self)
    }

    fn is_const(&self) -> bool {
        is_const_value(self)
    }
}

fn known_or_expr<T: ToTokens>(value: &Value<T>) -> TokenStream {
    match value {
        Value::Known(known) => known.to_token_stream(),
        Value::Expr(expr) => expr.to_token_stream(),
    }
}

fn is_const_value<T>(value: &Value<T>) -> bool {
    match value {
        Value::Known(_) => true,
        Value::Expr(expr) => is_const(expr),
    }
}

/// By its looks: a literal, or a path whose last segment is written in capitals.
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

/// A path that starts at a type may depend on generics, which an item in a body cannot see.
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

/// A filter as a predicate over `&E`.
pub(crate) fn predicate(filter: &Filter) -> TokenStream {
    match filter {
        Filter::If(closure @ Expr::Closure(_)) => closure.to_token_stream(),
        // In a closure of ours, so that a predicate of another type is told from the error's type, at the predicate.
        Filter::If(predicate) => {
            let at = Span::mixed_site().located_at(predicate.span());
            quote_spanned!(at=> |error| #predicate(error))
        }
        Filter::On { pattern, guard } => {
            let guard = guard.as_ref().map(|guard| quote_spanned!(Span::mixed_site()=> if #guard));
            quote_spanned! {Span::mixed_site()=>
                |error| {
                    #[allow(unreachable_patterns)]
                    match error {
                        #pattern #guard => true,
                        _ => false,
                    }
                }
            }
        }
    }
}
