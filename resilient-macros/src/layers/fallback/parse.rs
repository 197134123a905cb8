//! Reads `#[fallback]`.

use proc_macro2::{Ident, Span};
use resilient_rules::words::nearest_within;
use syn::{Error, Expr, ExprCall, ExprClosure, ExprField, ExprMethodCall, Member, Meta, Result};

use super::model::{Answer, Fallback, FallbackSettings};
use crate::diagnostics::Errors;
use crate::model::Setting;
use crate::parse::args::{Args, FromArgs, Item, known};
use crate::parse::expr_shape::{peel, word};
use crate::parse::setting::Settings;

/// An answer in the order of the items; those that are settings are filled in once these are read.
enum Slot {
    Alone(Expr),
    Value,
    Default,
}

impl FromArgs for Fallback {
    type Settings = FallbackSettings;

    const ALONE: &'static [&'static str] = &["value", "default"];

    fn from_args(args: Args, span: Span, errors: &mut Errors) -> Self {
        let mut written = Vec::new();
        let mut slots = Vec::new();
        for item in args.with_values(FallbackSettings::NAMES, errors) {
            match item {
                Item::Positional(value) => slots.push(Slot::Alone(value)),
                Item::Setting(setting) => {
                    slots.extend(slot(&setting));
                    written.push(setting);
                }
            }
        }
        let known = known::<FallbackSettings>(written, errors);
        let mut settings = FallbackSettings::read(span, known, errors);
        let answers = slots.into_iter().filter_map(|slot| match slot {
            Slot::Alone(expr) => errors.keep(answer(&expr)),
            Slot::Value => settings.value.take().map(|Setting { value, .. }| Answer::Value(value)),
            Slot::Default => settings.default.take().map(|flag| Answer::Default(flag.key.span())),
        });
        let answers = answers.collect();
        let fallback = Self { span: settings.span, answers, settings };
        fallback.filters().check(errors);
        fallback
    }
}

fn slot(meta: &Meta) -> Option<Slot> {
    let path = meta.path();
    if path.is_ident("value") {
        Some(Slot::Value)
    } else if path.is_ident("default") {
        Some(Slot::Default)
    } else {
        None
    }
}

/// A function's path or a closure over the error.
fn answer(expr: &Expr) -> Result<Answer> {
    match peel(expr) {
        path @ Expr::Path(_) => Ok(Answer::Path(path.clone())),
        Expr::Closure(closure) => closure_answer(closure),
        Expr::Call(call) => Err(call_answer(call)),
        Expr::Field(ExprField { base, member: Member::Named(name), .. }) if is_self(base) => {
            Err(method_answer(expr, name))
        }
        Expr::MethodCall(ExprMethodCall { receiver, method, .. }) if is_self(receiver) => {
            Err(method_answer(expr, method))
        }
        other => {
            let message =
                "a `fallback` is the name of a function or a closure over the error: for a value, write `value = …`";
            Err(Error::new_spanned(other, message))
        }
    }
}

fn closure_answer(closure: &ExprClosure) -> Result<Answer> {
    if closure.inputs.len() == 1 {
        return Ok(Answer::Closure(closure.clone()));
    }
    Err(Error::new_spanned(
        closure,
        "the closure of a `fallback` takes the error alone and may use the function's arguments by name: \
         write `|error| …`",
    ))
}

fn is_self(expr: &Expr) -> bool {
    word(expr).is_some_and(|word| word == "self")
}

/// A method, written as it would be called: rustc advises `self.cached` where `cached` stands alone.
fn method_answer(written: &Expr, method: &Ident) -> Error {
    let message = format!(
        "a `fallback` method gets `self` and the same arguments: write `Self::{method}`, or `value = …` for a value"
    );
    Error::new_spanned(written, message)
}

/// A misspelt filter, or a function called too early.
fn call_answer(call: &ExprCall) -> Error {
    let name = word(&call.func).map(Ident::to_string).unwrap_or_default();
    if let Some(near) = nearest_within(&name, &["fallback_on", "fallback_if", "fallback_refused"], 3) {
        return Error::new_spanned(&call.func, format!("unknown setting `{name}`: did you mean `{near}`?"));
    }
    let message = "a `fallback` function gets the same arguments: write its name alone, or `value = …` for a value";
    Error::new_spanned(call, message)
}
