//! The settings of `#[circuit_breaker]`.

use std::time::Duration;

use proc_macro2::{Ident, Span};
use syn::{Error, Expr, ExprLit, Lit, LitStr, Result};

use super::model::{CircuitBreaker, Window};
use super::synonyms::SYNONYMS;
use crate::diagnostics::Errors;
use crate::model::{Name, Setting, Value};
use crate::parse::args::{Args, FromArgs};
use crate::parse::duration;
use crate::parse::expr_shape::{negated_number, peel};
use crate::parse::filter::{self, Matching};
use crate::parse::setting::{FromSetting, Key, settings};
use crate::parse::value::{Callable, count, is_count};

settings!(BreakerSettings, SYNONYMS, {
    name: Name,
    policy: Expr,
    failure_threshold: Value<u32>,
    failure_rate: Value<f64>,
    window: Window,
    min_calls: Value<u32>,
    slow_call: Value<Duration>,
    slow_call_rate: Value<f64>,
    recovery_timeout: Value<Duration>,
    recovery_backoff: Value<f64>,
    max_recovery_timeout: Value<Duration>,
    half_open_max_calls: Value<u32>,
    probe_timeout: Value<Duration>,
    success_threshold: Value<u32>,
    failure_on: Matching,
    failure_if: Callable,
    map_err: Callable,
});

impl FromArgs for CircuitBreaker {
    fn from_args(args: Args, span: Span, errors: &mut Errors) -> Self {
        let before = args.errors_before;
        let settings: BreakerSettings = args.settings(positional_hint, errors);
        let unnamed = settings.name.is_none();
        let name = errors.take(settings.name);
        // Otherwise it may be the name that was written wrongly.
        if unnamed && errors.len() == before {
            let message = "`circuit_breaker` needs a name, by which functions share it: \
                           write `#[circuit_breaker(name = \"payments\")]`";
            errors.at(span, message);
        }
        Self {
            span,
            name: name.unwrap_or_else(|| stand_in(span)),
            policy: errors.take(settings.policy),
            failure_threshold: errors.take(settings.failure_threshold),
            failure_rate: errors.take(settings.failure_rate),
            window: errors.take(settings.window),
            min_calls: errors.take(settings.min_calls),
            slow_call: errors.take(settings.slow_call),
            slow_call_rate: errors.take(settings.slow_call_rate),
            recovery_timeout: errors.take(settings.recovery_timeout),
            recovery_backoff: errors.take(settings.recovery_backoff),
            max_recovery_timeout: errors.take(settings.max_recovery_timeout),
            half_open_max_calls: errors.take(settings.half_open_max_calls),
            probe_timeout: errors.take(settings.probe_timeout),
            success_threshold: errors.take(settings.success_threshold),
            filter: filter::either(settings.failure_on, settings.failure_if, errors),
            map_err: errors.take(settings.map_err).map(|it| it.map(|Callable(expr)| expr)),
        }
    }
}

fn positional_hint(value: &Expr) -> &'static str {
    match peel(value) {
        Expr::Lit(literal) if matches!(literal.lit, Lit::Int(_)) => "failure_threshold",
        _ => "name",
    }
}

/// Lets the rules about the other settings run; the error that was noted keeps it from being expanded.
fn stand_in(span: Span) -> Setting<Name> {
    let expr = Expr::Lit(ExprLit { attrs: Vec::new(), lit: Lit::Str(LitStr::new("", span)) });
    Setting { key: Ident::new("name", span), value: Name { expr, literal: None }, value_span: span }
}

impl FromSetting for Window {
    const FORM: &'static str = " = 100";

    fn from_expr(key: &Key, value: &Expr) -> Result<Self> {
        if negated_number(value) {
            return Err(Error::new_spanned(value, "`window` cannot be negative: write it without the `-`"));
        }
        match peel(value) {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Int(number) if is_count(number.suffix()) => count(key, &literal.lit).map(Self::Calls),
                other => duration::from_literal(other).map(Self::Time),
            },
            _ => Ok(Self::Expr(Box::new(value.clone()))),
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
        assert_distinct(SYNONYMS, BreakerSettings::NAMES);
    }
}
