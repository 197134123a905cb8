//! The kinds of value that only `#[circuit_breaker]` has.

use std::time::Duration;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Lit, Result};

use crate::describe::settings::{Shown, Text};
use crate::expand::count::takes_any_type;
use crate::expand::policy::Policy;
use crate::expand::spans::at;
use crate::expand::values::{SettingType, callable, typed};
use crate::model::Setting;
use crate::parse::duration;
use crate::parse::expr_shape::{negated_number, peel};
use crate::parse::setting::{FromSetting, Key};
use crate::parse::value::{Callable, count, in_parentheses, is_count, negative};
use crate::settings::{Part, SettingKind, SettingValue};

pub(crate) enum Window {
    Calls(u32),
    Time(Duration),
    /// A constant of which only the compiler knows which of the two it is.
    Expr(Box<Expr>),
}

impl FromSetting for Window {
    const FORM: &'static str = " = 100";

    type Output = Self;

    fn from_expr(key: &Key, value: &Expr) -> Result<Self> {
        if negated_number(value) {
            return Err(negative(key, value));
        }
        match peel(value) {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Int(number) if is_count(number.suffix()) => count(key, &literal.lit).map(Self::Calls),
                other => duration::from_literal(other).map(Self::Time),
            },
            _ => Ok(Self::Expr(Box::new(value.clone()))),
        }
    }
}

impl SettingValue for Window {
    fn shown(&self) -> Option<Shown> {
        Some(match self {
            Self::Calls(calls) => Shown::text(calls.text()),
            Self::Time(span) => Shown::text(span.text()),
            Self::Expr(expr) => Shown::code(expr),
        })
    }

    fn expr(&self) -> Option<&Expr> {
        match self {
            Self::Expr(expr) => Some(expr),
            Self::Calls(_) | Self::Time(_) => None,
        }
    }
}

impl SettingKind for Window {
    const PART: Part = Part::Policy;

    fn set(policy: &mut Policy<'_>, _: &str, setting: &Setting<Self>) {
        match &setting.value {
            Self::Calls(calls) => policy.set("count_window", &calls.to_token_stream()),
            Self::Time(span) => policy.set("time_window", &span.known()),
            Self::Expr(expr) => policy.apply(at(expr.span()), &window(expr)),
        }
    }
}

/// A count of calls or a time: what is called with the policy gives it that window.
fn window(expr: &Expr) -> TokenStream {
    let size = if takes_any_type(expr) { typed(expr, &u32::name(Span::mixed_site())) } else { expr.to_token_stream() };
    let at = at(expr.span());
    quote_spanned!(at=> __resilient_pipeline::window(#size).__resilient_set)
}

/// A function or closure that belongs to the breaker, so that it sees no call.
pub(crate) struct OnStateChange;

impl FromSetting for OnStateChange {
    const FORM: &'static str = Callable::FORM;

    type Output = Expr;

    fn from_tokens(key: &Key, tokens: TokenStream) -> Result<Expr> {
        Err(in_parentheses(key, tokens))
    }

    fn from_expr(key: &Key, value: &Expr) -> Result<Expr> {
        Callable::from_expr(key, value)
    }
}

impl SettingKind for OnStateChange {
    const PART: Part = Part::Policy;

    fn set(policy: &mut Policy<'_>, setter: &str, setting: &Setting<Expr>) {
        policy.set_at(at(setting.value_span), setter, &callable(&setting.value));
    }
}
