//! Collects errors, and holds the wording that several messages share.

use std::fmt::{Display, Write as _};
use std::time::Duration;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use strsim::osa_distance;

/// All errors of one function, reported at once, so that nobody fixes one mistake only to meet the next.
#[derive(Default)]
pub(crate) struct Errors(Vec<syn::Error>);

impl Errors {
    /// Reports at one token; `span` must be that of a single token to be shown whole on stable compilers.
    pub(crate) fn at(&mut self, span: Span, message: impl Display) {
        self.0.push(syn::Error::new(span, message));
    }

    /// Reports at everything from the first to the last of `tokens`.
    pub(crate) fn over(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.0.push(syn::Error::new_spanned(tokens, message));
    }

    pub(crate) fn push(&mut self, error: syn::Error) {
        self.0.push(error);
    }

    /// The value, or nothing after noting the error.
    pub(crate) fn keep<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    /// All of them as one, if there are any.
    pub(crate) fn into_result(self) -> syn::Result<()> {
        let joined = self.0.into_iter().reduce(|mut all, next| {
            all.combine(next);
            all
        });
        joined.map_or(Ok(()), Err)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    #[cfg(test)]
    pub(crate) fn messages(&self) -> Vec<String> {
        self.0.iter().map(ToString::to_string).collect()
    }

    /// One `compile_error!` for each.
    pub(crate) fn into_tokens(self) -> TokenStream {
        self.0.iter().map(syn::Error::to_compile_error).collect()
    }
}

/// Moves an error about the end of `tokens` to the last of them: syn gives it no span of its own.
pub(crate) fn placed(error: syn::Error, tokens: impl FnOnce() -> TokenStream) -> syn::Error {
    let message = error.to_string();
    let Some(expected) = message.strip_prefix("unexpected end of input, ") else { return error };
    match tokens().into_iter().last() {
        Some(last) => syn::Error::new(last.span(), format!("{expected} after this")),
        None => error,
    }
}

/// `` `a` ``, `` `a` or `b` ``, `` `a`, `b` or `c` ``.
pub(crate) fn one_of<T: Display>(words: &[T]) -> String {
    let mut text = String::new();
    for (index, word) in words.iter().enumerate() {
        if index > 0 {
            text += if index + 1 == words.len() { " or " } else { ", " };
        }
        let _ = write!(text, "`{word}`");
    }
    text
}

/// The advice about a word that is not in `known`: the similar words if there are any, otherwise all.
pub(crate) fn suggestion(word: &str, known: &[&str]) -> String {
    if let Some(near) = suggestion_of_one(word, known) {
        return format!("did you mean `{near}`?");
    }
    let contains = |known: &&str| known.starts_with(word) || known.split('_').any(|part| part == word);
    let longer: Vec<&str> = known.iter().copied().filter(contains).collect();
    if longer.is_empty() { format!("write {}", one_of(known)) } else { format!("did you mean {}?", one_of(&longer)) }
}

/// The word of `known` that was probably meant by a word with typing mistakes.
pub(crate) fn suggestion_of_one<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    nearest(word, known, tolerance(word))
}

/// The word of `known` with the smallest edit distance, if that is at most `limit`.
pub(crate) fn nearest<'a>(word: &str, known: &[&'a str], limit: usize) -> Option<&'a str> {
    let (mistakes, near) = known.iter().map(|candidate| (osa_distance(word, candidate), *candidate)).min()?;
    (mistakes <= limit).then_some(near)
}

/// The largest edit distance of a typing mistake: a third of the letters.
fn tolerance(word: &str) -> usize {
    (word.chars().count() / 3).max(1)
}

/// A duration as a setting would say it: `90s`, `250ms`, `10min`.
pub(crate) fn duration(value: Duration) -> String {
    const UNITS: [(&str, u128); 6] = [
        ("h", 3_600_000_000_000),
        ("min", 60_000_000_000),
        ("s", 1_000_000_000),
        ("ms", 1_000_000),
        ("us", 1_000),
        ("ns", 1),
    ];
    let nanos = value.as_nanos();
    UNITS
        .iter()
        .find(|(_, size)| nanos > 0 && nanos.is_multiple_of(*size))
        .map_or_else(|| "0s".to_owned(), |(unit, size)| format!("{}{unit}", nanos / size))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_near_and_another_word_is_not() {
        let known = ["max_attempts", "max_delay", "jitter"];
        assert_eq!(suggestion("max_attemps", &known), "did you mean `max_attempts`?");
        assert_eq!(suggestion("jittre", &known), "did you mean `jitter`?");
        assert_eq!(suggestion("attempts", &known), "did you mean `max_attempts`?");
        assert_eq!(suggestion("max", &known), "did you mean `max_attempts` or `max_delay`?");
        assert_eq!(suggestion("max_", &known), "did you mean `max_attempts` or `max_delay`?");
        assert_eq!(suggestion("speed", &known), "write `max_attempts`, `max_delay` or `jitter`");
    }

    #[test]
    fn durations_read_as_they_are_written() {
        assert_eq!(duration(Duration::ZERO), "0s");
        assert_eq!(duration(Duration::from_millis(1500)), "1500ms");
        assert_eq!(duration(Duration::from_secs(90)), "90s");
        assert_eq!(duration(Duration::from_secs(600)), "10min");
    }
}
