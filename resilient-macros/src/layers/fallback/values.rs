//! The kind of value that only `#[fallback]` has.

use proc_macro2::TokenStream;
use resilient_rules::refusal::Refusal;
use syn::Result;

use crate::parse::setting::{FromSetting, Key};
use crate::settings::SettingKind;
use crate::settings::refusals::read;

/// The refusals that are answered.
pub(crate) struct Refusals;

impl FromSetting for Refusals {
    const FORM: &'static str = "(circuit_open)";

    type Output = Vec<Refusal>;

    fn from_tokens(key: &Key, tokens: TokenStream) -> Result<Vec<Refusal>> {
        read(key, tokens, Refusal::ALL, "all of them")
    }
}

impl SettingKind for Refusals {}
