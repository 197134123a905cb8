//! The kinds of value that only a retry budget has.

use proc_macro2::Span;
use quote::quote_spanned;
use resilient_rules::retry_budget::EARNED_BY;
pub(crate) use resilient_rules::retry_budget::EarnedBy;
use syn::{Expr, Result};

use crate::describe::settings::{Shown, Text};
use crate::expand::policy::Policy;
use crate::model::Setting;
use crate::parse::setting::{FromSetting, Key};
use crate::parse::value::one_word;
use crate::settings::{Part, SettingKind, SettingValue};

impl FromSetting for EarnedBy {
    const FORM: &'static str = " = successes";

    type Output = Self;

    fn from_expr(key: &Key, value: &Expr) -> Result<Self> {
        one_word(key, value, &EARNED_BY)
    }
}

impl Text for EarnedBy {
    fn text(&self) -> String {
        EARNED_BY.iter().find(|(_, known)| known == self).map(|(word, _)| (*word).to_owned()).unwrap_or_default()
    }
}

impl SettingValue for EarnedBy {
    fn shown(&self) -> Option<Shown> {
        Some(Shown::text(self.text()))
    }
}

impl SettingKind for EarnedBy {
    const PART: Part = Part::Policy;

    fn set(policy: &mut Policy<'_>, setter: &str, setting: &Setting<Self>) {
        let word = match setting.value {
            Self::Calls => quote_spanned!(Span::mixed_site()=> __resilient_pipeline::EarnedBy::Calls),
            Self::Successes => quote_spanned!(Span::mixed_site()=> __resilient_pipeline::EarnedBy::Successes),
        };
        policy.set(setter, &word);
    }
}
