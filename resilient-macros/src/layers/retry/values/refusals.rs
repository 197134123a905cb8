//! `retry_refused(…)`.

use proc_macro2::TokenStream;
use quote::ToTokens;
use resilient_rules::refusal::Refusal;
use syn::Result;

use crate::expand::policy::Policy;
use crate::model::Setting;
use crate::parse::setting::{FromSetting, Key};
use crate::settings::refusals::{read, words};
use crate::settings::{Part, SettingKind};

/// The refusals that are retried.
pub(crate) struct Refusals;

impl FromSetting for Refusals {
    const FORM: &'static str = "(timed_out)";

    type Output = Vec<Refusal>;

    fn from_tokens(key: &Key, tokens: TokenStream) -> Result<Vec<Refusal>> {
        let known: Vec<Refusal> = Refusal::named().collect();
        read(key, tokens, &known, "the usual ones")
    }
}

impl SettingKind for Refusals {
    const PART: Part = Part::Policy;

    /// Each refusal has a setter of its own.
    fn set(policy: &mut Policy<'_>, _: &str, setting: &Setting<Vec<Refusal>>) {
        for refusal in Refusal::named() {
            let setter = format!("retry_{}", refusal.word());
            policy.set(&setter, &setting.value.contains(&refusal).to_token_stream());
        }
    }
}

/// Those that are retried where the setting is not written.
pub(crate) fn default_refusals() -> String {
    words(Refusal::named().filter(|refusal| refusal.is_retried_by_default()))
}
