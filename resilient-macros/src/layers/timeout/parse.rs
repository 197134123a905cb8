//! Reads `#[timeout]`.

use std::time::Duration;

use proc_macro2::{Ident, Span};
use resilient_rules::words::nearest_within;
use syn::Expr;
use syn::spanned::Spanned;

use super::model::Timeout;
use crate::diagnostics::Errors;
use crate::model::{DurationSetting, Setting, Value};
use crate::parse::args::{Args, FromArgs, Item, known};
use crate::parse::expr_shape::word;
use crate::parse::setting::{FromSetting, Key, Settings};

impl FromArgs for Timeout {
    type Settings = Self;

    const ALONE: &'static [&'static str] = &["duration"];

    fn from_args(args: Args, span: Span, errors: &mut Errors) -> Self {
        let mut settings = Vec::new();
        let mut values = Vec::new();
        for item in args.with_values(Self::NAMES, errors) {
            match item {
                Item::Setting(setting) => settings.push(setting),
                Item::Positional(value) => values.push(value),
            }
        }
        let known = known::<Self>(settings, errors);
        let mut timeout = Self::read(span, known, errors);
        timeout.duration = duration(values, timeout.duration.take(), errors);
        timeout
    }
}

/// The one duration, whether it stands alone or behind its key.
fn duration(values: Vec<Expr>, keyed: DurationSetting, errors: &mut Errors) -> DurationSetting {
    let mut given = keyed;
    for value in values {
        // Errors that point at the key point at the value instead.
        let key = Key::new("duration", value.span());
        if let Some((word, near)) = misspelt(&value) {
            errors.over(word, format!("unknown setting `{word}`: did you mean `{near}`?"));
        } else if given.is_some() {
            errors.over(&value, "the duration is given twice: keep one");
        } else if let Some(read) = errors.keep(Value::<Duration>::from_expr(&key, &value)) {
            given = Some(Setting { key, value: read, value_span: value.span() });
        }
    }
    given
}

/// The setting that a word written alone was probably meant to be.
fn misspelt(value: &Expr) -> Option<(&Ident, &'static str)> {
    let word = word(value)?;
    nearest_within(&word.to_string(), &["cooperative"], 3).map(|near| (word, near))
}
