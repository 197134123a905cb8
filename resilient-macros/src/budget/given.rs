//! `budget = …`: the budget whose tokens an attribute takes.

use proc_macro2::TokenStream;
use syn::{Expr, ExprLit, Lit, Meta, Result, parse_quote};

use super::model::RetryBudget;
use crate::describe::pretty_tokens::code;
use crate::describe::settings::Shown;
use crate::diagnostics::Errors;
use crate::expand::policy::Policy;
use crate::facts::State;
use crate::model::Setting;
use crate::parse::args::{Args, FromArgs};
use crate::parse::expr_shape::peel;
use crate::parse::setting::{FromSetting, Key, Known, Settings};
use crate::settings::{SettingKind, SettingValue, Table};

/// The budget whose tokens an attribute takes.
pub(crate) enum Budget {
    /// By its name, or with its settings.
    Settings(Box<RetryBudget>),
    /// A handle or a value.
    Held(Expr),
}

impl Budget {
    pub(crate) fn settings(&self) -> Option<&RetryBudget> {
        match self {
            Self::Settings(settings) => Some(settings),
            Self::Held(_) => None,
        }
    }

    pub(crate) const fn held(&self) -> Option<&Expr> {
        match self {
            Self::Settings(_) => None,
            Self::Held(expr) => Some(expr),
        }
    }

    /// The state that it is. One that has no name belongs to the function.
    pub(crate) fn state(&self) -> State<'_> {
        let name = self.settings().and_then(|settings| settings.name.as_ref());
        State::of(self.held(), name).unwrap_or(State::Own)
    }
}

impl FromSetting for Budget {
    const FORM: &'static str = " = \"api\"";

    type Output = Self;

    fn from_expr(key: &Key, value: &Expr) -> Result<Self> {
        let Expr::Lit(ExprLit { lit, .. }) = peel(value) else { return Ok(Self::Held(value.clone())) };
        if !matches!(lit, Lit::Str(_)) {
            let message = format!(
                "`{key}` takes the name of a budget or a handle: write `{key} = \"api\"`, or settings as in \
                 `{key}(name = \"api\", share = 0.2)`"
            );
            return Err(syn::Error::new_spanned(value, message));
        }
        let (mut known, mut errors) = (Known::default(), Errors::default());
        let name: Meta = parse_quote!(name = #value);
        known.add(name);
        let settings = RetryBudget::read(key.span(), known, &mut errors);
        errors.into_result().map(|()| Self::Settings(Box::new(settings)))
    }

    fn from_tokens(key: &Key, value: TokenStream) -> Result<Self> {
        let mut errors = Errors::default();
        let args = Args::split(value, &mut errors);
        if let Some(name) = &args.function {
            errors.at(name.key, "`function` names the function: write it beside `budget`");
        }
        let settings = RetryBudget::from_args(args, key.span(), &mut errors);
        errors.into_result().map(|()| Self::Settings(Box::new(settings)))
    }
}

impl SettingValue for Budget {
    fn shown(&self) -> Option<Shown> {
        let settings = match self {
            Self::Held(expr) => return Some(Shown::code(expr)),
            Self::Settings(settings) => settings,
        };
        let name = settings.name.as_ref().map(|name| &name.value.expr);
        let shown = settings.described(false).all;
        match name {
            Some(name) if shown.is_empty() => Some(Shown::code(name)),
            _ => {
                let name = name.map(|name| format!("name = {}", code(name)));
                let others = shown.iter().map(|setting| format!("{} = {}", setting.name, setting.text));
                Some(Shown::code_text(name.into_iter().chain(others).collect::<Vec<_>>().join(", ")))
            }
        }
    }

    fn expr(&self) -> Option<&Expr> {
        self.held()
    }
}

impl SettingKind for Budget {
    /// Attempts without a number end when the budget has no token.
    fn set(policy: &mut Policy<'_>, _: &str, _: &Setting<Self>) {
        policy.set("in_budget", &TokenStream::new());
    }
}

/// The rules about its settings.
pub(crate) fn check(budget: &Setting<Budget>, errors: &mut Errors) {
    if let Some(settings) = budget.value.settings() {
        settings.check_settings(errors);
    }
}
