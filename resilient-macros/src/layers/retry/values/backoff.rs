//! `backoff = …`.

use std::time::Duration;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use resilient_rules::retry::FORMULAS;
pub(crate) use resilient_rules::retry::Formula;
use resilient_rules::words::suggestion;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Error, Expr, ExprArray, ExprPath, Result};

use super::word_of;
use crate::describe::pretty_tokens::code;
use crate::describe::settings::{Shown, Text};
use crate::expand::policy::Policy;
use crate::expand::spans::at;
use crate::expand::values::{callable, is_const};
use crate::model::{Setting, Value};
use crate::parse::expr_shape::{peel, word};
use crate::parse::setting::{FromSetting, Key};
use crate::parse::value::{Callable, one_word};
use crate::settings::{Part, SettingKind, SettingValue};

pub(crate) enum Backoff {
    Formula(Formula),
    /// `[1s, 5s, 10s]`.
    List(Pauses),
    /// A function of the attempt.
    Function(Expr),
}

/// The pauses in order, the last one repeated; there is one at least.
pub(crate) struct Pauses {
    written: Expr,
    pub(crate) all: Vec<Pause>,
}

pub(crate) struct Pause {
    pub(crate) value: Value<Duration>,
    pub(crate) span: Span,
}

impl FromSetting for Backoff {
    const FORM: &'static str = " = exponential";

    type Output = Self;

    fn from_expr(key: &Key, value: &Expr) -> Result<Self> {
        match peel(value) {
            Expr::Array(array) => list(key, array).map(Self::List),
            Expr::Closure(_) => Callable::from_expr(key, value).map(Self::Function),
            Expr::Path(path) if is_function(path) => Callable::from_expr(key, value).map(Self::Function),
            _ => one_word(key, value, &FORMULAS).map(Self::Formula),
        }
    }
}

/// A path is a function, unless it is a formula, probably meant as one, or written like a type or its variant.
fn is_function(path: &ExprPath) -> bool {
    let Some(last) = path.path.segments.last() else { return false };
    let last = last.ident.unraw().to_string();
    let is_formula = word(&Expr::Path(path.clone())).is_some() && {
        let names = FORMULAS.map(|(name, _)| name);
        suggestion(&last, &names).starts_with("did you mean")
    };
    !is_formula && !last.starts_with(char::is_uppercase)
}

fn list(key: &Key, array: &ExprArray) -> Result<Pauses> {
    if array.elems.is_empty() {
        let message = format!("`{key} = []` has no pause: write them in order, as in `{key} = [1s, 5s, 10s]`");
        return Err(Error::new_spanned(array, message));
    }
    let mut all = Vec::new();
    let mut wrong: Option<Error> = None;
    for element in &array.elems {
        match Value::<Duration>::from_expr(key, element) {
            Ok(value) => all.push(Pause { value, span: element.span() }),
            Err(error) => match &mut wrong {
                Some(errors) => errors.combine(error),
                none => *none = Some(error),
            },
        }
    }
    wrong.map_or(Ok(Pauses { written: Expr::Array(array.clone()), all }), Err)
}

impl Backoff {
    /// The function that computes the delays of a call, if the policy cannot hold it or the list.
    pub(crate) fn computed(&self, key: &Ident) -> Option<TokenStream> {
        match self {
            Self::Function(function) => Some(callable(function)),
            Self::List(pauses) if !pauses.are_constant() => {
                let (pauses, at) = (pauses.tokens(key), at(pauses.written.span()));
                Some(quote_spanned!(at=> |__resilient_made| __resilient_pipeline::of_list(&#pauses, __resilient_made)))
            }
            Self::Formula(_) | Self::List(_) => None,
        }
    }

    pub(crate) const fn formula(&self) -> Option<Formula> {
        match self {
            Self::Formula(formula) => Some(*formula),
            Self::List(_) | Self::Function(_) => None,
        }
    }
}

impl Pauses {
    fn are_constant(&self) -> bool {
        self.exprs().all(is_const)
    }

    /// Those that are not known when they are read.
    pub(crate) fn exprs(&self) -> impl Iterator<Item = &Expr> {
        self.all.iter().filter_map(|pause| match &pause.value {
            Value::Known(_) => None,
            Value::Expr(expr) => Some(expr),
        })
    }

    fn tokens(&self, key: &Ident) -> TokenStream {
        let pauses = self.all.iter().map(|pause| pause.value.tokens(key));
        quote_spanned!(at(self.written.span())=> [#(#pauses),*])
    }
}

impl Text for Backoff {
    fn text(&self) -> String {
        match self {
            Self::Formula(formula) => word_of(formula, &FORMULAS),
            Self::List(pauses) => {
                let text = |pause: &Pause| match &pause.value {
                    Value::Known(known) => known.text(),
                    Value::Expr(expr) => code(expr),
                };
                format!("[{}]", pauses.all.iter().map(text).collect::<Vec<_>>().join(", "))
            }
            Self::Function(function) => code(function),
        }
    }
}

impl SettingValue for Backoff {
    fn shown(&self) -> Option<Shown> {
        Some(match self {
            Self::Function(function) => Shown::code(function),
            Self::Formula(_) | Self::List(_) => Shown::text(self.text()),
        })
    }

    fn expr(&self) -> Option<&Expr> {
        match self {
            Self::Formula(_) => None,
            Self::List(pauses) => pauses.exprs().next().map(|_| &pauses.written),
            Self::Function(function) => Some(function),
        }
    }
}

impl SettingKind for Backoff {
    const PART: Part = Part::Policy;

    fn set(policy: &mut Policy<'_>, setter: &str, setting: &Setting<Self>) {
        match &setting.value {
            Self::Formula(formula) => policy.set(setter, &formula_tokens(*formula)),
            Self::List(pauses) if pauses.are_constant() => {
                pauses.exprs().for_each(|expr| policy.uses_expr(expr));
                let (list, at) = (pauses.tokens(&setting.key), at(setting.value_span));
                let list = quote_spanned!(at=> __resilient_pipeline::Backoff::List(&const { #list }));
                policy.set_at(at, setter, &list);
            }
            // A call of it computes the delays.
            Self::List(_) | Self::Function(_) => {}
        }
    }
}

fn formula_tokens(formula: Formula) -> TokenStream {
    let variant = match formula {
        Formula::Exponential => quote_spanned!(Span::mixed_site()=> Exponential),
        Formula::Linear => quote_spanned!(Span::mixed_site()=> Linear),
        Formula::Constant => quote_spanned!(Span::mixed_site()=> Constant),
        Formula::Fibonacci => quote_spanned!(Span::mixed_site()=> Fibonacci),
        Formula::Decorrelated => quote_spanned!(Span::mixed_site()=> Decorrelated),
    };
    quote_spanned!(Span::mixed_site()=> __resilient_pipeline::Backoff::#variant)
}
