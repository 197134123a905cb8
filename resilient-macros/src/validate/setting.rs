//! Rules that settings of several attributes share.

use std::time::Duration;

use proc_macro2::{Ident, Span};
use resilient_rules::stack::EMPTY_NAME;
use resilient_rules::{bounds, bulkhead};
use syn::{Expr, ExprPath};

use crate::diagnostics::Errors;
use crate::model::{Name, Setting, Value};

/// A value that was written and is known when compiled.
pub(crate) struct Literal<'a, T> {
    pub(crate) key: &'a Ident,
    pub(crate) value: T,
    pub(crate) span: Span,
}

pub(crate) fn literal<T: Copy>(setting: Option<&Setting<Value<T>>>) -> Option<Literal<'_, T>> {
    let Setting { key, value: Value::Known(value), value_span } = setting? else { return None };
    Some(Literal { key, value: *value, span: *value_span })
}

/// Refuses a count of zero; `example` is a value to write instead.
pub(crate) fn at_least_one(example: u32) -> impl Fn(&Setting<Value<u32>>, &mut Errors) {
    move |setting, errors| {
        let Some(Literal { key, value, span }) = literal(Some(setting)) else { return };
        if let Some(fact) = bounds::at_least_one(key, value) {
            errors.at(span, format!("{fact}: write `{key} = {example}`"));
        }
    }
}

/// Refuses a duration of zero; `example` is a value to write instead.
pub(crate) fn longer_than_zero(example: &str) -> impl Fn(&Setting<Value<Duration>>, &mut Errors) {
    move |setting, errors| {
        let Some(Literal { key, value, span }) = literal(Some(setting)) else { return };
        if let Some(fact) = bounds::longer_than_zero(key, value) {
            errors.at(span, format!("{fact}: write `{key} = {example}`"));
        }
    }
}

/// The word if the limit is written as one that never applies: `None`, `none` or `unlimited`.
pub(crate) fn without_limit(setting: Option<&Setting<Value<Duration>>>) -> Option<&Expr> {
    let Setting { value: Value::Expr(expr), .. } = setting? else { return None };
    let Expr::Path(ExprPath { qself: None, path, .. }) = expr else { return None };
    ["None", "none", "unlimited"].iter().any(|word| path.is_ident(word)).then_some(expr)
}

/// Refuses a share of calls that is not above 0 and at most 1.
pub(crate) fn share(setting: &Setting<Value<f64>>, errors: &mut Errors) {
    if let Some(Literal { key, value, span }) = literal(Some(setting))
        && let Some(fact) = bounds::share_of_calls(key, value)
    {
        errors.at(span, format!("{fact}: write `{key} = 0.5` for half of the calls"));
    }
}

/// Refuses a factor by which something would shrink; `rule` says what.
pub(crate) fn growth(rule: impl Fn(f64) -> Option<String>) -> impl Fn(&Setting<Value<f64>>, &mut Errors) {
    move |setting, errors| {
        let Some(Literal { key, value, span }) = literal(Some(setting)) else { return };
        if let Some(fact) = rule(value) {
            errors.at(span, format!("{fact}: write `{key} = 2.0`"));
        }
    }
}

/// Refuses a `max_queue` that contradicts `max_wait`, as far as that is known.
pub(crate) fn queue(max_queue: Option<&Setting<Value<u32>>>, wait: Option<Duration>, errors: &mut Errors) {
    let Some((Setting { value, value_span, .. }, wait)) = max_queue.zip(wait) else { return };
    // An expression is taken for a queue that has places.
    let most = value.known().unwrap_or(u32::MAX);
    if let Some(fact) = bulkhead::nobody_waits(most, wait) {
        errors.at(*value_span, format!("{fact}: remove it, or write `max_wait = 0s`"));
    }
    if let Some(fact) = bulkhead::nobody_queues(most, wait) {
        errors.at(*value_span, format!("{fact}: write `max_wait = 1s`, or remove `max_queue`"));
    }
}

/// A setting, whether what it needs beside it is given, and the message if not.
pub(crate) type Need<'a> = (Option<&'a Ident>, bool, &'a str);

pub(crate) fn need(rules: &[Need], errors: &mut Errors) {
    for (setting, companion, message) in rules {
        if let (Some(setting), false) = (setting, companion) {
            errors.at(setting.span(), message);
        }
    }
}

pub(crate) fn key<T>(setting: Option<&Setting<T>>) -> Option<&Ident> {
    setting.map(|setting| &setting.key)
}

/// Refuses a name that logs and metrics cannot show.
pub(crate) fn name(setting: &Setting<Name>, errors: &mut Errors) {
    let Some(name) = &setting.value.literal else { return };
    let wrong = if name.trim().is_empty() {
        format!("{EMPTY_NAME}, as in `name = \"payments\"`")
    } else if name.chars().any(char::is_control) {
        "a name must not have control characters, which logs and metrics would garble: write `name = \"payments\"`"
            .to_owned()
    } else if name.trim() != name {
        format!("a name must not begin or end with white space: write `name = \"{}\"`", name.trim())
    } else {
        return;
    };
    errors.at(setting.value_span, wrong);
}
