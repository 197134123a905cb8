//! `retry_refused(…)`.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{Error, Result, Token};

use crate::describe::settings::Shown;
use crate::diagnostics::suggestion;
use crate::expand::policy::Policy;
use crate::facts::refusal::Refusal;
use crate::model::Setting;
use crate::parse::setting::{FromSetting, Key};
use crate::parse::value::parse_all;
use crate::settings::{Part, SettingKind, SettingValue};

/// The refusals that are retried.
pub(crate) struct Refusals;

impl FromSetting for Refusals {
    const FORM: &'static str = "(timed_out)";

    type Output = Vec<Refusal>;

    fn from_tokens(key: &Key, tokens: TokenStream) -> Result<Vec<Refusal>> {
        let words = parse_all(tokens, |input: ParseStream| {
            Punctuated::<Ident, Token![,]>::parse_terminated_with(input, Ident::parse_any)
        })?;
        if words.is_empty() {
            let message =
                format!("`{key}()` names no refusal: write `{key}(timed_out)`, or leave it out for the usual ones");
            return Err(Error::new(key.span(), message));
        }
        refusals(&words)
    }
}

fn refusals<'a>(words: impl IntoIterator<Item = &'a Ident>) -> Result<Vec<Refusal>> {
    let mut found = Vec::new();
    let mut wrong: Option<Error> = None;
    let mut report = |word: &Ident, message: String| {
        let error = Error::new(word.span(), message);
        match &mut wrong {
            Some(errors) => errors.combine(error),
            none => *none = Some(error),
        }
    };
    for word in words {
        let text = word.to_string();
        match Refusal::named().find(|refusal| refusal.word() == text) {
            Some(refusal) if found.contains(&refusal) => report(word, format!("`{text}` is named twice: keep one")),
            Some(refusal) => found.push(refusal),
            None => {
                let names: Vec<_> = Refusal::named().map(Refusal::word).collect();
                report(word, format!("unknown refusal `{text}`: {}", suggestion(&text, &names)));
            }
        }
    }
    wrong.map_or(Ok(found), Err)
}

impl SettingValue for Vec<Refusal> {
    fn shown(&self) -> Option<Shown> {
        Some(Shown::text(words(self.iter().copied())))
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

fn words(refusals: impl Iterator<Item = Refusal>) -> String {
    refusals.map(Refusal::word).collect::<Vec<_>>().join(", ")
}
