//! The kinds of value that only `#[bulkhead]` has.

use std::time::Duration;

use syn::{Error, Expr, Result};

use crate::expand::policy::Policy;
use crate::model::{Setting, UNLIMITED, Value};
use crate::parse::expr_shape::word;
use crate::parse::setting::{FromSetting, Key};
use crate::settings::{Part, SettingKind};

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
    const PART: Part = Part::Policy;

    fn set(policy: &mut Policy<'_>, setter: &str, setting: &Setting<Self::Output>) {
        policy.set_limit(setter, "max_wait", Some(setting));
    }
}
