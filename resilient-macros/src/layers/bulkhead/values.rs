//! The kinds of value that only `#[bulkhead]` has.

use std::time::Duration;

use syn::{Error, Expr, Result};

use crate::describe::settings::Shown;
use crate::expand::policy::Policy;
use crate::model::{Setting, UNLIMITED, Value};
use crate::parse::expr_shape::word;
use crate::parse::setting::{FromSetting, Key};
use crate::settings::SettingKind;

/// A duration, or the word for none.
pub(crate) struct MaxWait;

impl FromSetting for MaxWait {
    const FORM: &'static str = " = 1s";

    type Output = Value<Duration>;

    fn from_expr(key: &Key, value: &Expr) -> Result<Self::Output> {
        match word(value) {
            Some(word) if word == "unlimited" => Ok(Value::Known(UNLIMITED)),
            Some(word) if ["forever", "infinite", "none"].iter().any(|known| word == known) => {
                Err(Error::new(word.span(), format!("unknown `{key}` value `{word}`: did you mean `unlimited`?")))
            }
            _ => <Self::Output as FromSetting>::from_expr(key, value),
        }
    }
}

impl SettingKind for MaxWait {
    const IN_POLICY: bool = true;

    fn shown(value: &Value<Duration>) -> Option<Shown> {
        Some(value.shown())
    }

    fn expr(value: &Value<Duration>) -> Option<&Expr> {
        value.expr()
    }

    fn set(policy: &mut Policy<'_>, setter: &str, setting: &Setting<Value<Duration>>) {
        policy.set_limit(setter, "max_wait", Some(setting));
    }
}
