//! The settings of `#[timeout]`.

use std::time::Duration;

use proc_macro2::{Ident, Span};
use syn::Expr;
use syn::spanned::Spanned;

use super::model::Timeout;
use super::synonyms::SYNONYMS;
use crate::diagnostics::{Errors, nearest};
use crate::model::{DurationSetting, Setting, Value};
use crate::parse::args::{Args, FromArgs, Item, by_name};
use crate::parse::expr_shape::word;
use crate::parse::setting::{FromSetting, Key, Settings, settings};
use crate::parse::value::{Callable, Flag};

settings!(TimeoutSettings, SYNONYMS, {
    policy: Expr,
    duration: Value<Duration>,
    step: Value<Duration>,
    cooperative: Flag,
    map_err: Callable,
});

impl FromArgs for Timeout {
    fn from_args(args: Args, span: Span, errors: &mut Errors) -> Self {
        let mut metas = Vec::new();
        let mut values = Vec::new();
        for item in args.with_values(TimeoutSettings::NAMES, errors) {
            match item {
                Item::Setting(meta) => metas.push(meta),
                Item::Positional(value) => values.push(value),
            }
        }
        let settings: TimeoutSettings = by_name(metas, errors);
        let keyed = errors.take(settings.duration);
        Self {
            span,
            policy: errors.take(settings.policy),
            duration: duration(values, keyed, errors),
            step: errors.take(settings.step),
            cooperative: errors.take(settings.cooperative).map(|flag| flag.key),
            map_err: errors.take(settings.map_err).map(|it| it.map(|Callable(expr)| expr)),
        }
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
        } else if let Some(read) = errors.keep(Value::from_expr(&key, &value)) {
            given = Some(Setting { key, value: read, value_span: value.span() });
        }
    }
    given
}

/// The setting that a word written alone was probably meant to be.
fn misspelt(value: &Expr) -> Option<(&Ident, &'static str)> {
    let word = word(value)?;
    nearest(&word.to_string(), &["cooperative"], 3).map(|near| (word, near))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::synonyms::assert_distinct;

    #[test]
    fn names_of_other_libraries_stand_for_settings() {
        assert_distinct(SYNONYMS, TimeoutSettings::NAMES);
    }
}
