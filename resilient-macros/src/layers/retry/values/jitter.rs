//! `jitter = …`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use resilient_rules::retry::JITTERS;
use resilient_rules::values;
use resilient_rules::words::{did_you_mean, nearest_within};
use syn::ext::IdentExt;
use syn::{Error, Expr, ExprLit, Lit, Result};

use crate::describe::settings::{Shown, Text};
use crate::expand::policy::Policy;
use crate::expand::spans::at;
use crate::expand::values::{SettingType, typed};
use crate::model::Setting;
use crate::parse::expr_shape::{negated_number, peel, word};
use crate::parse::setting::{FromSetting, Key};
use crate::parse::value::number;
use crate::settings::{Part, SettingKind, SettingValue};

pub(crate) enum Jitter {
    Full,
    Equal,
    None,
    /// A number: the share by which a delay may differ from the computed one.
    Factor(f64),
    /// An expression of type `Jitter`.
    Expr(Expr),
}

impl FromSetting for Jitter {
    const FORM: &'static str = " = full";

    type Output = Self;

    fn from_expr(key: &Key, value: &Expr) -> Result<Self> {
        if negated_number(value) {
            let message = format!("{}: write a number from 0 to 1", values::negative("jitter"));
            return Err(Error::new_spanned(value, message));
        }
        if let Some(word) = word(value) {
            return jitter_word(word, value);
        }
        match peel(value) {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Int(_) | Lit::Float(_) => {
                    number(key, &literal.lit).map(Self::Factor).map_err(|_| no_jitter(literal))
                }
                _ => Err(no_jitter(literal)),
            },
            _ => Ok(Self::Expr(value.clone())),
        }
    }
}

/// A literal of another kind, and what was probably meant.
fn no_jitter(literal: &ExprLit) -> Error {
    let meant = match &literal.lit {
        Lit::Bool(flag) if !flag.value => "none".to_owned(),
        Lit::Str(text) if JITTERS.contains(&text.value().as_str()) => text.value(),
        _ => "full".to_owned(),
    };
    let message = format!("`jitter` takes `full`, `equal`, `none` or a number from 0 to 1: write `jitter = {meant}`");
    Error::new_spanned(literal, message)
}

/// One of the words, or the name of a variable or constant; one letter beside a word is a slip.
fn jitter_word(word: &Ident, value: &Expr) -> Result<Jitter> {
    let text = word.unraw().to_string();
    match text.as_str() {
        "full" => Ok(Jitter::Full),
        "equal" => Ok(Jitter::Equal),
        "none" => Ok(Jitter::None),
        _ => match nearest_within(&text, &JITTERS, 1) {
            Some(near) => {
                let message = format!("{}: {}", values::unknown("jitter", &text), did_you_mean(near));
                Err(Error::new(word.span(), message))
            }
            None => Ok(Jitter::Expr(value.clone())),
        },
    }
}

impl SettingValue for Jitter {
    fn shown(&self) -> Option<Shown> {
        Some(match self {
            Self::Full => Shown::text("full"),
            Self::Equal => Shown::text("equal"),
            Self::None => Shown::text("none"),
            Self::Factor(factor) => Shown::text(factor.text()),
            Self::Expr(expr) => Shown::code(expr),
        })
    }

    fn expr(&self) -> Option<&Expr> {
        match self {
            Self::Expr(expr) => Some(expr),
            Self::Full | Self::Equal | Self::None | Self::Factor(_) => None,
        }
    }
}

impl SettingKind for Jitter {
    const PART: Part = Part::Policy;

    fn set(policy: &mut Policy<'_>, setter: &str, setting: &Setting<Self>) {
        if let Self::Expr(expr) = &setting.value {
            policy.uses_expr(expr);
        }
        policy.set(setter, &jitter_tokens(setting));
    }
}

fn jitter_tokens(jitter: &Setting<Jitter>) -> TokenStream {
    let kind = |at: Span| quote_spanned!(at=> __resilient_pipeline::Jitter);
    let variant = match &jitter.value {
        Jitter::Expr(expr) => return typed(expr, &kind(at(jitter.key.span()))),
        Jitter::Full => quote_spanned!(Span::mixed_site()=> Full),
        Jitter::Equal => quote_spanned!(Span::mixed_site()=> Equal),
        Jitter::None => quote_spanned!(Span::mixed_site()=> None),
        Jitter::Factor(factor) => {
            let factor = factor.known();
            quote_spanned!(Span::mixed_site()=> Factor(#factor))
        }
    };
    let jitter = kind(Span::mixed_site());
    quote_spanned!(Span::mixed_site()=> #jitter::#variant)
}
