//! The filters of one attribute: which of the function's outcomes it acts on.

use proc_macro2::Ident;
use resilient_rules::stack::{same_errors, same_successes};
use syn::Expr;

use super::needs::Needs;
use crate::diagnostics::Errors;
use crate::model::{Filter, Setting};

/// Its settings that look at an outcome.
#[derive(Clone, Copy)]
pub(crate) struct Filters<'a> {
    /// `…_on(PATTERN)`.
    pub(crate) on: Option<&'a Setting<Filter>>,
    /// `…_if = |error| …`.
    pub(crate) predicate: Option<&'a Setting<Filter>>,
    /// `…_if_ok = |value| …`.
    pub(crate) ok: Option<&'a Setting<Expr>>,
    /// `…_if_result = |result| …`.
    pub(crate) result: Option<&'a Setting<Expr>>,
}

impl<'a> Filters<'a> {
    /// Errors and values may be filtered in one way each, or both in one.
    pub(crate) fn check(&self, errors: &mut Errors) {
        not_both(self.on, self.predicate, errors);
        let Some(result) = key(self.result) else { return };
        for of_errors in [key(self.on), key(self.predicate)].into_iter().flatten() {
            errors.at(result.span(), same_errors(of_errors, result));
        }
        if let Some(ok) = key(self.ok) {
            errors.at(result.span(), same_successes(ok, result));
        }
    }

    /// Which errors, if there is a filter of errors alone.
    pub(crate) fn of_errors(&self) -> Option<&'a Setting<Filter>> {
        self.on.or(self.predicate)
    }

    /// The settings that look at errors.
    pub(crate) fn looking_at_errors(&self) -> impl Iterator<Item = &'a Ident> {
        [key(self.of_errors()), key(self.result)].into_iter().flatten()
    }

    /// The arguments that they need.
    pub(crate) fn needs(&self) -> Needs {
        Needs::join([Needs::of_filter(self.of_errors()), Needs::of_setting(self.ok), Needs::of_setting(self.result)])
    }
}

/// Only one of the two ways to filter errors may be given.
fn not_both(on: Option<&Setting<Filter>>, predicate: Option<&Setting<Filter>>, errors: &mut Errors) {
    if let (Some(Setting { key: on, .. }), Some(Setting { key: predicate, .. })) = (on, predicate) {
        let message =
            format!("{}; a pattern takes a guard too, as in `{on}(PATTERN if GUARD)`", same_errors(on, predicate));
        errors.at(predicate.span(), message);
    }
}

fn key<T>(setting: Option<&Setting<T>>) -> Option<&Ident> {
    setting.map(|setting| &setting.key)
}
