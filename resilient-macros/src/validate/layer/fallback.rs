//! Rules about `#[fallback]`.

use crate::diagnostics::Errors;
use crate::model::{Answer, Fallback};

pub(super) fn check(fallback: &Fallback, complete: bool, errors: &mut Errors) {
    if complete && fallback.answers.is_empty() {
        let message = "`fallback` needs an answer: write `#[fallback(function)]`, `#[fallback(|error| …)]`, \
                       `#[fallback(value = …)]` or `#[fallback(default)]`";
        errors.at(fallback.span, message);
    }
    let certain = fallback.answers.iter().position(|answer| matches!(answer, Answer::Value(_) | Answer::Default(_)));
    if let Some(unreached) = certain.and_then(|index| fallback.answers.get(index + 1)) {
        let message =
            "this answer is never reached, since the one before it cannot fail: move it before that, or remove it";
        match unreached {
            Answer::Path(expr) | Answer::Value(expr) => errors.over(expr, message),
            Answer::Closure(closure) => errors.over(closure, message),
            Answer::Default(span) => errors.at(*span, message),
        }
    }
}
