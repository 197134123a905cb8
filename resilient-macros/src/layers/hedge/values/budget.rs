//! `budget(share = 0.1, …)` or `budget = unlimited`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Error, Expr, MetaNameValue, Result, Token};

use crate::describe::pretty_tokens::code;
use crate::describe::settings::Shown;
use crate::diagnostics::{Errors, suggestion};
use crate::expand::policy::Policy;
use crate::expand::values::{Computed, SettingType};
use crate::model::{Setting, Value};
use crate::parse::expr_shape::word;
use crate::parse::setting::{FromSetting, Key};
use crate::parse::value::{one_word, parse_all};
use crate::settings::{Part, SettingKind, SettingValue};
use crate::validate::setting::{Literal, literal};

/// How many hedges calls earn.
pub(crate) enum Budget {
    Unlimited,
    Own(Box<Own>),
}

/// The settings of a budget that belongs to the hedge.
#[derive(Default)]
pub(crate) struct Own {
    written: Vec<Ident>,
    share: Option<Setting<Value<f64>>>,
    min_per_second: Option<Setting<Value<u32>>>,
    burst: Option<Setting<Value<u32>>>,
    earned_by: Option<&'static str>,
    /// As it was written.
    text: String,
}

const NAMES: [&str; 4] = ["share", "min_per_second", "burst", "earned_by"];
const EARNED_BY: [(&str, &str); 2] = [("calls", "Calls"), ("successes", "Successes")];

impl FromSetting for Budget {
    const FORM: &'static str = "(share = 0.1)";

    type Output = Self;

    fn from_expr(key: &Key, value: &Expr) -> Result<Self> {
        match word(value) {
            Some(word) if word == "unlimited" => Ok(Self::Unlimited),
            _ => Err(Error::new_spanned(
                value,
                format!(
                    "`{key}` takes the settings of a budget, or no budget: write `{key}(share = 0.1)` or `{key} = unlimited`"
                ),
            )),
        }
    }

    fn from_tokens(key: &Key, tokens: TokenStream) -> Result<Self> {
        if tokens.is_empty() {
            return Err(Error::new(key.span(), format!("`{key}` needs settings: write `{key}{}`", Self::FORM)));
        }
        let text = code(&tokens);
        let pairs = parse_all(tokens, Punctuated::<MetaNameValue, Token![,]>::parse_terminated)?;
        let mut own = Own { text, ..Own::default() };
        for pair in pairs {
            own.read(key, &pair)?;
        }
        Ok(Self::Own(Box::new(own)))
    }
}

impl Own {
    fn read(&mut self, budget: &Key, pair: &MetaNameValue) -> Result<()> {
        let name = pair.path.to_token_stream().to_string();
        let key = pair.path.get_ident().filter(|_| NAMES.contains(&name.as_str())).ok_or_else(|| {
            let message = format!("unknown setting `{name}` of `{budget}`: {}", suggestion(&name, &NAMES));
            Error::new_spanned(&pair.path, message)
        })?;
        if self.written.contains(key) {
            return Err(Error::new(key.span(), format!("`{key}` is given twice: keep one")));
        }
        self.written.push(key.clone());
        let value_span = pair.value.span();
        let count =
            || Value::<u32>::from_expr(key, &pair.value).map(|value| Setting { key: key.clone(), value, value_span });
        match name.as_str() {
            "share" => {
                let value = Value::<f64>::from_expr(key, &pair.value)?;
                self.share = Some(Setting { key: key.clone(), value, value_span });
            }
            "min_per_second" => self.min_per_second = Some(count()?),
            "burst" => self.burst = Some(count()?),
            _ => self.earned_by = Some(one_word(key, &pair.value, &EARNED_BY)?),
        }
        Ok(())
    }
}

impl Budget {
    /// The rules about its settings.
    pub(crate) fn check(setting: &Setting<Self>, errors: &mut Errors) {
        let Self::Own(own) = &setting.value else { return };
        if let Some(Literal { value, span, .. }) = literal(own.share.as_ref())
            && !(0.0..=10.0).contains(&value)
        {
            errors.at(span, "`share` must be from 0 to 10: write `share = 0.1` for one hedge in ten calls");
        }
        if let Some(Literal { value: 0, span, .. }) = literal(own.burst.as_ref()) {
            errors.at(span, "`burst` must be at least 1: write `burst = 100`");
        }
        let nothing_by_calls = matches!(literal(own.share.as_ref()), Some(Literal { value, .. }) if value == 0.0);
        if let (true, Some(Literal { value: 0, span, .. })) = (nothing_by_calls, literal(own.min_per_second.as_ref())) {
            let message = "a `share` and a `min_per_second` of 0 earn no hedges: write `min_per_second = 1`, or remove \
                           the attribute";
            errors.at(span, message);
        }
    }
}

impl SettingValue for Budget {
    fn shown(&self) -> Option<Shown> {
        Some(Shown::text(match self {
            Self::Unlimited => "unlimited",
            Self::Own(own) => &own.text,
        }))
    }
}

impl SettingKind for Budget {
    const PART: Part = Part::Policy;

    fn set(policy: &mut Policy<'_>, setter: &str, setting: &Setting<Self>) {
        let Budget::Own(own) = &setting.value else {
            policy.set("unlimited_budget", &TokenStream::new());
            return;
        };
        let start = quote_spanned!(Span::mixed_site()=> __resilient_pipeline::RetryBudgetPolicy::DEFAULT);
        let default = |budget: TokenStream, setter: &str, value: TokenStream| {
            let setter = Ident::new(setter, Span::mixed_site());
            quote_spanned!(Span::mixed_site()=> __resilient_pipeline::RetryBudgetPolicy::#setter(#budget, #value))
        };
        // What a hedge's own budget begins with is less than what that of a retry does.
        let share = given(policy, own.share.as_ref()).unwrap_or_else(|| quote_spanned!(Span::mixed_site()=> 0.1));
        let least =
            given(policy, own.min_per_second.as_ref()).unwrap_or_else(|| quote_spanned!(Span::mixed_site()=> 1));
        let mut budget = default(default(start, "share", share), "min_per_second", least);
        if let Some(burst) = given(policy, own.burst.as_ref()) {
            budget = default(budget, "burst", burst);
        }
        if let Some(earned_by) = own.earned_by {
            let earned_by = Ident::new(earned_by, Span::mixed_site());
            budget = default(
                budget,
                "earned_by",
                quote_spanned!(Span::mixed_site()=> __resilient_pipeline::EarnedBy::#earned_by),
            );
        }
        policy.set(setter, &budget);
    }
}

/// The value of a setting, which is a constant.
fn given<T: SettingType>(policy: &mut Policy<'_>, setting: Option<&Setting<Value<T>>>) -> Option<TokenStream> {
    let Setting { key, value, .. } = setting?;
    policy.uses(value);
    Some(value.tokens_computed(key, Computed::Once))
}
