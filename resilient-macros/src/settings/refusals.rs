//! Lists of refusals, as in `retry_refused(timed_out)`.

use proc_macro2::{Ident, TokenStream};
use resilient_rules::refusal;
use resilient_rules::refusal::Refusal;
use resilient_rules::words::suggestion;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{Error, Result, Token};

use super::SettingValue;
use crate::describe::settings::Shown;
use crate::parse::setting::Key;
use crate::parse::value::parse_all;

/// Reads refusals by their names, which are among `known`; `without` says what leaving out the setting means.
pub(crate) fn read(key: &Key, tokens: TokenStream, known: &[Refusal], without: &str) -> Result<Vec<Refusal>> {
    let words = parse_all(tokens, |input: ParseStream| {
        Punctuated::<Ident, Token![,]>::parse_terminated_with(input, Ident::parse_any)
    })?;
    if words.is_empty() {
        let message = format!("{}: write `{key}(timed_out)`, or leave it out for {without}", refusal::no_refusal(key));
        return Err(Error::new(key.span(), message));
    }
    named(&words, known)
}

fn named<'a>(words: impl IntoIterator<Item = &'a Ident>, known: &[Refusal]) -> Result<Vec<Refusal>> {
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
        match known.iter().find(|refusal| refusal.word() == text) {
            Some(named) if found.contains(named) => report(word, refusal::named_twice(&text)),
            Some(named) => found.push(*named),
            None => {
                let names: Vec<_> = known.iter().copied().map(Refusal::word).collect();
                report(word, format!("{}: {}", refusal::unknown(&text), suggestion(&text, &names)));
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

/// Their names, as the setting has them.
pub(crate) fn words(refusals: impl Iterator<Item = Refusal>) -> String {
    refusals.map(Refusal::word).collect::<Vec<_>>().join(", ")
}
