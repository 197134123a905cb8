//! The kinds of settings that several attributes share.

use proc_macro2::Ident;
use syn::Expr;

use super::{Part, SettingKind, SettingValue};
use crate::describe::settings::{Shown, Text};
use crate::expand::policy::Policy;
use crate::expand::values::SettingType;
use crate::model::{Filter, Name, Setting, Value};
use crate::parse::filter::{Matching, Predicate};
use crate::parse::setting::FromSetting;
use crate::parse::value::{Callable, Flag, MaxWait, PolicyExpr};

impl<T: Text> SettingValue for Value<T> {
    fn shown(&self) -> Option<Shown> {
        Some(match self {
            Self::Known(value) => Shown::text(value.text()),
            Self::Expr(expr) => Shown::code(expr),
        })
    }

    fn expr(&self) -> Option<&Expr> {
        match self {
            Self::Known(_) => None,
            Self::Expr(expr) => Some(expr),
        }
    }
}

impl<T: Text + SettingType> SettingKind for Value<T>
where
    Self: FromSetting<Output = Self>,
{
    const PART: Part = Part::Policy;

    fn set(policy: &mut Policy<'_>, setter: &str, setting: &Setting<Self>) {
        policy.set_given(setter, Some(setting));
    }
}

impl SettingKind for MaxWait {
    const PART: Part = Part::Policy;

    fn set(policy: &mut Policy<'_>, setter: &str, setting: &Setting<Self::Output>) {
        policy.set_limit(setter, "max_wait", Some(setting));
    }
}

impl SettingValue for Name {
    /// It stands beside the attribute.
    fn shown(&self) -> Option<Shown> {
        None
    }

    fn expr(&self) -> Option<&Expr> {
        Some(&self.expr)
    }
}

impl SettingKind for Name {
    const PART: Part = Part::State;
}

impl SettingValue for Expr {
    fn shown(&self) -> Option<Shown> {
        Some(Shown::code(self))
    }

    fn expr(&self) -> Option<&Expr> {
        Some(self)
    }
}

impl SettingKind for Expr {}

impl SettingKind for Callable {}

/// The setters of the others are called on it.
impl SettingKind for PolicyExpr {
    const PART: Part = Part::Policy;
}

impl SettingValue for Filter {
    fn shown(&self) -> Option<Shown> {
        Some(Shown::filter(self))
    }

    fn expr(&self) -> Option<&Expr> {
        self.evaluated()
    }
}

impl SettingKind for Matching {}

impl SettingKind for Predicate {}

/// The name of a variable.
impl SettingValue for Ident {
    fn shown(&self) -> Option<Shown> {
        Some(Shown::code(self))
    }
}

impl SettingKind for Ident {}

impl SettingValue for Flag {
    fn shown(&self) -> Option<Shown> {
        Some(Shown::text("yes"))
    }
}

impl SettingKind for Flag {}
