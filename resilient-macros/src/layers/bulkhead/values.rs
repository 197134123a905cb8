//! The value of `threads`.

use syn::{Expr, Result};

use crate::describe::settings::Shown;
use crate::diagnostics::Errors;
use crate::expand::policy::Policy;
use crate::model::{Setting, Value};
use crate::parse::setting::{FromSetting, Key};
use crate::settings::{Part, SettingKind, SettingValue};
use crate::validate::setting::at_least_one;

/// That the body runs on threads of the bulkhead.
pub(crate) enum Threads {
    /// So many, which is a setting of the bulkhead.
    Number(Value<u32>),
    /// The word alone: the number is given where the bulkhead is.
    Elsewhere,
}

impl Threads {
    /// The number, if it is given here and known.
    pub(crate) fn known(&self) -> Option<u32> {
        match self {
            Self::Number(number) => number.known(),
            Self::Elsewhere => None,
        }
    }
}

impl FromSetting for Threads {
    const FORM: &'static str = " = 4";

    type Output = Self;

    fn from_expr(key: &Key, value: &Expr) -> Result<Self> {
        Value::<u32>::from_expr(key, value).map(Self::Number)
    }

    fn from_word(_: &Key) -> Result<Self> {
        Ok(Self::Elsewhere)
    }
}

impl SettingValue for Threads {
    fn shown(&self) -> Option<Shown> {
        match self {
            Self::Number(number) => number.shown(),
            Self::Elsewhere => None,
        }
    }

    fn expr(&self) -> Option<&Expr> {
        match self {
            Self::Number(number) => number.expr(),
            Self::Elsewhere => None,
        }
    }
}

impl SettingKind for Threads {
    const PART: Part = Part::Policy;

    fn set(policy: &mut Policy<'_>, setter: &str, setting: &Setting<Self>) {
        policy.set_given(setter, number(setting).as_ref());
    }
}

/// The number as a setting of its own, if it was given.
fn number(Setting { key, value, value_span }: &Setting<Threads>) -> Option<Setting<Value<u32>>> {
    let value = match value {
        Threads::Number(Value::Known(number)) => Value::Known(*number),
        Threads::Number(Value::Expr(expr)) => Value::Expr(expr.clone()),
        Threads::Elsewhere => return None,
    };
    Some(Setting { key: key.clone(), value, value_span: *value_span })
}

impl Threads {
    /// Reports a number of zero.
    pub(crate) fn check(setting: &Setting<Self>, errors: &mut Errors) {
        if let Some(number) = number(setting) {
            at_least_one(4)(&number, errors);
        }
    }
}
