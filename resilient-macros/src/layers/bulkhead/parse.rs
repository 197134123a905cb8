//! The settings of `#[bulkhead]`.

use std::time::Duration;

use proc_macro2::Span;
use syn::{Error, Expr, Lit, Result};

use super::model::Bulkhead;
use super::synonyms::SYNONYMS;
use crate::diagnostics::Errors;
use crate::model::{Name, UNLIMITED, Value};
use crate::parse::args::{Args, FromArgs};
use crate::parse::expr_shape::{peel, word};
use crate::parse::setting::{FromSetting, Key, settings};
use crate::parse::value::Callable;

settings!(BulkheadSettings, SYNONYMS, {
    name: Name,
    policy: Expr,
    max_concurrent: Value<u32>,
    max_wait: MaxWait,
    max_queue: Value<u32>,
    map_err: Callable,
});

impl FromArgs for Bulkhead {
    fn from_args(args: Args, span: Span, errors: &mut Errors) -> Self {
        let settings: BulkheadSettings = args.settings(positional_hint, errors);
        Self {
            span,
            name: errors.take(settings.name),
            policy: errors.take(settings.policy),
            max_concurrent: errors.take(settings.max_concurrent),
            max_wait: errors.take(settings.max_wait).map(|it| it.map(|MaxWait(limit)| limit)),
            max_queue: errors.take(settings.max_queue),
            map_err: errors.take(settings.map_err).map(|it| it.map(|Callable(expr)| expr)),
        }
    }
}

/// A duration, or the word for none.
pub(crate) struct MaxWait(Value<Duration>);

impl FromSetting for MaxWait {
    const FORM: &'static str = " = 1s";

    fn from_expr(key: &Key, value: &Expr) -> Result<Self> {
        match word(value) {
            Some(word) if word == "unlimited" => Ok(Self(Value::Known(UNLIMITED))),
            Some(word) if ["forever", "infinite", "none"].iter().any(|known| word == known) => {
                Err(Error::new(word.span(), format!("unknown `{key}` value `{word}`: did you mean `unlimited`?")))
            }
            _ => Value::from_expr(key, value).map(Self),
        }
    }
}

fn positional_hint(value: &Expr) -> &'static str {
    match peel(value) {
        Expr::Lit(literal) if matches!(literal.lit, Lit::Str(_)) => "name",
        _ => "max_concurrent",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::setting::Settings as _;
    use crate::parse::synonyms::assert_distinct;

    #[test]
    fn names_of_other_libraries_stand_for_settings() {
        assert_distinct(SYNONYMS, BulkheadSettings::NAMES);
    }
}
