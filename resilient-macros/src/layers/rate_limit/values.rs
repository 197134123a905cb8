//! The kind of value that only `#[rate_limit]` has.

use syn::{Expr, Result};

use crate::model::Value;
use crate::parse::setting::{FromSetting, Key};
use crate::settings::SettingKind;

/// The permits that a call takes: a count that each call may compute from its arguments.
pub(crate) struct Cost;

impl FromSetting for Cost {
    const FORM: &'static str = " = 3";

    type Output = Value<u32>;

    fn from_expr(key: &Key, value: &Expr) -> Result<Self::Output> {
        <Self::Output as FromSetting>::from_expr(key, value)
    }
}

impl SettingKind for Cost {}
