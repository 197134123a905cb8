//! The settings of state per key that attributes share: `max_keys` and `idle`. `key` is an expression as any other.

use std::time::Duration;

pub(crate) use resilient_rules::per_key::{IDLE, MAX_KEYS};
use syn::{Expr, Result};

use crate::model::{Setting, Value};
use crate::parse::setting::{FromSetting, Key};
use crate::settings::{Part, SettingKind};

/// The default where there is a key.
pub(crate) fn max_keys(key: Option<&Setting<Expr>>) -> Option<u32> {
    key.map(|_| MAX_KEYS)
}

/// The default where there is a key.
pub(crate) fn idle(key: Option<&Setting<Expr>>) -> Option<Duration> {
    key.map(|_| IDLE)
}

/// How many keys are kept.
pub(crate) struct MaxKeys;

/// After how long without a call a key is forgotten.
pub(crate) struct Idle;

impl FromSetting for MaxKeys {
    const FORM: &'static str = " = 10_000";

    type Output = Value<u32>;

    fn from_expr(key: &Key, value: &Expr) -> Result<Self::Output> {
        Value::<u32>::from_expr(key, value)
    }
}

impl FromSetting for Idle {
    const FORM: &'static str = " = 10min";

    type Output = Value<Duration>;

    fn from_expr(key: &Key, value: &Expr) -> Result<Self::Output> {
        Value::<Duration>::from_expr(key, value)
    }
}

/// Part of the policy of all keys, not of that of each.
impl SettingKind for MaxKeys {
    const PART: Part = Part::Policy;
}

impl SettingKind for Idle {
    const PART: Part = Part::Policy;
}
