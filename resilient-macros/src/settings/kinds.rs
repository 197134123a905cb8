//! The kinds of value that several attributes share.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::Expr;

use super::SettingKind;
use crate::describe::settings::{Shown, Text};
use crate::expand::policy::Policy;
use crate::expand::values::SettingType;
use crate::model::{Filter, Name, Setting, Value};
use crate::parse::filter::{Matching, Predicate};
use crate::parse::setting::FromSetting;
use crate::parse::value::{Callable, Flag, PolicyExpr};

impl<T: Text + SettingType> SettingKind for Value<T>
where
    Self: FromSetting<Output = Self>,
{
    const IN_POLICY: bool = true;

    fn shown(value: &Self) -> Option<Shown> {
        Some(value.shown())
    }

    fn expr(value: &Self) -> Option<&Expr> {
        value.expr()
    }

    fn set(policy: &mut Policy<'_>, setter: &str, setting: &Setting<Self>) {
        policy.set_given(setter, Some(setting));
    }
}

/// Readers see it beside the attribute.
impl SettingKind for Name {
    const IN_POLICY: bool = false;

    fn shown(_: &Self) -> Option<Shown> {
        None
    }

    fn expr(value: &Self) -> Option<&Expr> {
        Some(&value.expr)
    }
}

/// What the other setters are called on.
impl SettingKind for PolicyExpr {
    const IN_POLICY: bool = true;

    fn shown(value: &Expr) -> Option<Shown> {
        Some(Shown::code(value))
    }

    fn expr(value: &Expr) -> Option<&Expr> {
        Some(value)
    }
}

impl SettingKind for Callable {
    const IN_POLICY: bool = false;

    fn shown(value: &Expr) -> Option<Shown> {
        Some(Shown::code(value))
    }

    fn in_calls(value: &Expr) -> Option<&dyn ToTokens> {
        Some(value)
    }
}

impl SettingKind for Matching {
    const IN_POLICY: bool = false;

    fn shown(value: &Filter) -> Option<Shown> {
        Some(Shown::filter(value))
    }

    fn in_calls(value: &Filter) -> Option<&dyn ToTokens> {
        value.evaluated()
    }
}

impl SettingKind for Predicate {
    const IN_POLICY: bool = false;

    fn shown(value: &Filter) -> Option<Shown> {
        Some(Shown::filter(value))
    }

    fn in_calls(value: &Filter) -> Option<&dyn ToTokens> {
        value.evaluated()
    }
}

/// The name of a variable.
impl SettingKind for Ident {
    const IN_POLICY: bool = false;

    fn shown(value: &Self) -> Option<Shown> {
        Some(Shown::code(value))
    }
}

impl SettingKind for Flag {
    const IN_POLICY: bool = false;

    fn shown(_: &Self) -> Option<Shown> {
        Some(Shown::text("yes"))
    }
}

/// The value of a success.
impl SettingKind for Expr {
    const IN_POLICY: bool = false;

    fn shown(value: &Self) -> Option<Shown> {
        Some(Shown::code(value))
    }

    fn in_calls(value: &Self) -> Option<&dyn ToTokens> {
        Some(value)
    }
}
