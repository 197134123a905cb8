//! `budget = …`: that of the hedge itself, one that it shares with others, or none.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::{Expr, Result};

use crate::budget::given;
use crate::budget::model::RetryBudget;
use crate::describe::settings::Shown;
use crate::diagnostics::Errors;
use crate::expand::policy::Policy;
use crate::facts::State;
use crate::model::Setting;
use crate::parse::expr_shape::word;
use crate::parse::setting::{FromSetting, Key};
use crate::settings::{SettingKind, SettingValue};

/// How many hedges calls earn.
pub(crate) enum Budget {
    Unlimited,
    Given(given::Budget),
}

impl Budget {
    /// The settings of a budget that belongs to the hedge.
    pub(crate) fn own(&self) -> Option<&RetryBudget> {
        match self {
            Self::Given(budget) => budget.settings().filter(|settings| settings.name.is_none()),
            Self::Unlimited => None,
        }
    }

    /// A budget that has state of its own beside that of the hedge.
    pub(crate) fn elsewhere(&self) -> Option<&given::Budget> {
        match self {
            Self::Given(budget) if self.own().is_none() => Some(budget),
            Self::Given(_) | Self::Unlimited => None,
        }
    }

    /// The state of that.
    pub(crate) fn state(&self) -> State<'_> {
        self.elsewhere().map_or(State::None, given::Budget::state)
    }

    /// The rules about its settings.
    pub(crate) fn check(setting: &Setting<Self>, errors: &mut Errors) {
        if let Self::Given(budget) = &setting.value
            && let Some(settings) = budget.settings()
        {
            settings.check_settings(errors);
        }
    }
}

impl FromSetting for Budget {
    const FORM: &'static str = "(share = 0.1)";

    type Output = Self;

    fn from_expr(key: &Key, value: &Expr) -> Result<Self> {
        match word(value) {
            Some(word) if word == "unlimited" => Ok(Self::Unlimited),
            _ => given::Budget::from_expr(key, value).map(Self::Given),
        }
    }

    fn from_tokens(key: &Key, tokens: TokenStream) -> Result<Self> {
        if tokens.is_empty() {
            return Err(syn::Error::new(key.span(), format!("`{key}` needs settings: write `{key}{}`", Self::FORM)));
        }
        given::Budget::from_tokens(key, tokens).map(Self::Given)
    }
}

impl SettingValue for Budget {
    fn shown(&self) -> Option<Shown> {
        match self {
            Self::Unlimited => Some(Shown::text("unlimited")),
            Self::Given(budget) => budget.shown(),
        }
    }

    fn expr(&self) -> Option<&Expr> {
        self.elsewhere().and_then(given::Budget::held)
    }
}

/// One of its own is part of the policy; one elsewhere belongs to calls.
impl SettingKind for Budget {
    fn set(policy: &mut Policy<'_>, setter: &str, setting: &Setting<Self>) {
        let own = setting.value.own().map(|own| {
            let new = quote_spanned!(Span::mixed_site()=> __resilient_pipeline::HedgePolicy::OWN_BUDGET);
            own.policy_from(new)
        });
        match own {
            Some(Some(budget)) => policy.set(setter, &budget),
            // It is the default.
            Some(None) => {}
            None => policy.set("unlimited_budget", &TokenStream::new()),
        }
    }
}
