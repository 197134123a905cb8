//! The kinds of value that only `#[retry]` has.

mod backoff;
mod deadline;
mod jitter;
mod refusals;

use syn::{Expr, Result};

use crate::describe::settings::{Shown, Text};
use crate::model::Value;
use crate::parse::expr_shape::word;
use crate::parse::setting::{FromSetting, Key};
use crate::parse::value::one_word;
use crate::settings::{Part, SettingKind, SettingValue};

pub(crate) use backoff::{Backoff, Formula, Pause, Pauses};
pub(crate) use deadline::DeadlineAbove;
pub(crate) use jitter::Jitter;
pub(crate) use refusals::{Refusals, default_refusals};

pub(crate) enum MaxAttempts {
    Count(Value<u32>),
    Unlimited,
}

impl FromSetting for MaxAttempts {
    const FORM: &'static str = " = 3";

    type Output = Self;

    fn from_expr(key: &Key, value: &Expr) -> Result<Self> {
        if word(value).is_some_and(|word| word == "unlimited") {
            return Ok(Self::Unlimited);
        }
        Value::<u32>::from_expr(key, value).map(Self::Count)
    }
}

impl SettingValue for MaxAttempts {
    fn shown(&self) -> Option<Shown> {
        match self {
            Self::Count(count) => count.shown(),
            Self::Unlimited => Some(Shown::text("unlimited")),
        }
    }

    fn expr(&self) -> Option<&Expr> {
        match self {
            Self::Count(count) => count.expr(),
            Self::Unlimited => None,
        }
    }
}

/// Its setter depends on the function.
impl SettingKind for MaxAttempts {
    const PART: Part = Part::Policy;
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exhausted {
    LastError,
    Wrap,
}

const EXHAUSTED: [(&str, Exhausted); 2] = [("last_error", Exhausted::LastError), ("wrap", Exhausted::Wrap)];

impl FromSetting for Exhausted {
    const FORM: &'static str = " = wrap";

    type Output = Self;

    fn from_expr(key: &Key, value: &Expr) -> Result<Self> {
        one_word(key, value, &EXHAUSTED)
    }
}

impl Text for Exhausted {
    fn text(&self) -> String {
        word_of(self, &EXHAUSTED)
    }
}

impl SettingValue for Exhausted {
    fn shown(&self) -> Option<Shown> {
        Some(Shown::text(self.text()))
    }
}

impl SettingKind for Exhausted {}

/// The word that stands for a value.
fn word_of<T: PartialEq>(value: &T, words: &[(&str, T)]) -> String {
    words.iter().find(|(_, known)| known == value).map(|(word, _)| (*word).to_owned()).unwrap_or_default()
}
