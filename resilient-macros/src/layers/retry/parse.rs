//! The settings of `#[retry]`.

use std::time::Duration;

use proc_macro2::{Ident, Span, TokenStream};
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{Error, Expr, ExprLit, Lit, Result, Token};

use super::model::{Backoff, Exhausted, Jitter, MaxAttempts, Retry};
use super::synonyms::SYNONYMS;
use crate::diagnostics::{Errors, nearest, suggestion};
use crate::facts::refusal::Refusal;
use crate::model::Value;
use crate::parse::args::{Args, FromArgs};
use crate::parse::expr_shape::{negated_number, peel, word};
use crate::parse::filter::{self, Matching};
use crate::parse::setting::{FromSetting, Key, settings};
use crate::parse::value::{Callable, number, one_word, parse_all};

settings!(RetrySettings, SYNONYMS, {
    policy: Expr,
    max_attempts: MaxAttempts,
    backoff: Backoff,
    base_delay: Value<Duration>,
    max_delay: Value<Duration>,
    exponential_base: Value<f64>,
    jitter: Jitter,
    max_elapsed: Value<Duration>,
    retry_on: Matching,
    retry_if: Callable,
    retry_if_ok: Callable,
    retry_after: Callable,
    max_retry_after: Value<Duration>,
    retry_refused: Vec<Refusal>,
    on_retry: Callable,
    exhausted: Exhausted,
    map_err: Callable,
    bind: Ident,
});

impl FromArgs for Retry {
    fn from_args(args: Args, span: Span, errors: &mut Errors) -> Self {
        let settings: RetrySettings = args.settings(positional_hint, errors);
        let callable = |Callable(expr)| expr;
        Self {
            span,
            policy: errors.take(settings.policy),
            max_attempts: errors.take(settings.max_attempts),
            backoff: errors.take(settings.backoff),
            base_delay: errors.take(settings.base_delay),
            max_delay: errors.take(settings.max_delay),
            exponential_base: errors.take(settings.exponential_base),
            jitter: errors.take(settings.jitter),
            max_elapsed: errors.take(settings.max_elapsed),
            filter: filter::either(settings.retry_on, settings.retry_if, errors),
            retry_if_ok: errors.take(settings.retry_if_ok).map(|it| it.map(callable)),
            retry_after: errors.take(settings.retry_after).map(|it| it.map(callable)),
            max_retry_after: errors.take(settings.max_retry_after),
            retry_refused: errors.take(settings.retry_refused),
            on_retry: errors.take(settings.on_retry).map(|it| it.map(callable)),
            exhausted: errors.take(settings.exhausted),
            map_err: errors.take(settings.map_err).map(|it| it.map(callable)),
            bind: errors.take(settings.bind),
        }
    }
}

fn positional_hint(value: &Expr) -> &'static str {
    match peel(value) {
        Expr::Lit(literal) if matches!(&literal.lit, Lit::Int(number) if number.suffix().is_empty()) => "max_attempts",
        Expr::Lit(_) => "base_delay",
        _ => "policy",
    }
}

impl FromSetting for MaxAttempts {
    const FORM: &'static str = " = 3";

    fn from_expr(key: &Key, value: &Expr) -> Result<Self> {
        if word(value).is_some_and(|word| word == "unlimited") {
            return Ok(Self::Unlimited);
        }
        Value::from_expr(key, value).map(Self::Count)
    }
}

impl FromSetting for Backoff {
    const FORM: &'static str = " = exponential";

    fn from_expr(key: &Key, value: &Expr) -> Result<Self> {
        const WORDS: [(&str, Backoff); 5] = [
            ("exponential", Backoff::Exponential),
            ("linear", Backoff::Linear),
            ("constant", Backoff::Constant),
            ("fibonacci", Backoff::Fibonacci),
            ("decorrelated", Backoff::Decorrelated),
        ];
        one_word(key, value, &WORDS)
    }
}

impl FromSetting for Exhausted {
    const FORM: &'static str = " = wrap";

    fn from_expr(key: &Key, value: &Expr) -> Result<Self> {
        one_word(key, value, &[("last_error", Self::LastError), ("wrap", Self::Wrap)])
    }
}

impl FromSetting for Jitter {
    const FORM: &'static str = " = full";

    fn from_expr(key: &Key, value: &Expr) -> Result<Self> {
        if negated_number(value) {
            return Err(Error::new_spanned(value, "`jitter` cannot be negative: write a number from 0 to 1"));
        }
        if let Some(word) = word(value) {
            return jitter_word(word, value);
        }
        match peel(value) {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Int(_) | Lit::Float(_) => {
                    number(key, &literal.lit).map(Self::Factor).map_err(|_| no_jitter(literal))
                }
                _ => Err(no_jitter(literal)),
            },
            _ => Ok(Self::Expr(value.clone())),
        }
    }
}

/// A literal of another kind, and what was probably meant.
fn no_jitter(literal: &ExprLit) -> Error {
    let meant = match &literal.lit {
        Lit::Bool(flag) if !flag.value => "none".to_owned(),
        Lit::Str(text) if WORDS.contains(&text.value().as_str()) => text.value(),
        _ => "full".to_owned(),
    };
    let message = format!("`jitter` takes `full`, `equal`, `none` or a number from 0 to 1: write `jitter = {meant}`");
    Error::new_spanned(literal, message)
}

/// What `jitter` can be called.
const WORDS: [&str; 3] = ["full", "equal", "none"];

/// One of the words, or the name of a variable or constant; one letter beside a word is a slip.
fn jitter_word(word: &Ident, value: &Expr) -> Result<Jitter> {
    let text = word.unraw().to_string();
    match text.as_str() {
        "full" => Ok(Jitter::Full),
        "equal" => Ok(Jitter::Equal),
        "none" => Ok(Jitter::None),
        _ => match nearest(&text, &WORDS, 1) {
            Some(near) => {
                Err(Error::new(word.span(), format!("unknown `jitter` value `{text}`: did you mean `{near}`?")))
            }
            None => Ok(Jitter::Expr(value.clone())),
        },
    }
}

impl FromSetting for Vec<Refusal> {
    const FORM: &'static str = "(timed_out)";

    fn from_tokens(key: &Key, tokens: TokenStream) -> Result<Self> {
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
        match Refusal::NAMED.into_iter().find(|refusal| refusal.word() == text) {
            Some(refusal) if found.contains(&refusal) => report(word, format!("`{text}` is named twice: keep one")),
            Some(refusal) => found.push(refusal),
            None => {
                let names = Refusal::NAMED.map(Refusal::word);
                report(word, format!("unknown refusal `{text}`: {}", suggestion(&text, &names)));
            }
        }
    }
    wrong.map_or(Ok(found), Err)
}

impl FromSetting for Ident {
    const FORM: &'static str = " = attempt";

    fn from_expr(key: &Key, value: &Expr) -> Result<Self> {
        match word(value) {
            Some(name) if name != "self" => Ok(name.clone()),
            _ => {
                Err(Error::new_spanned(value, format!("`{key}` takes the name of a variable: write `{key} = attempt`")))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::setting::Settings as _;
    use crate::parse::synonyms::assert_distinct;

    #[test]
    fn names_of_other_libraries_stand_for_settings() {
        assert_distinct(SYNONYMS, RetrySettings::NAMES);
    }
}
