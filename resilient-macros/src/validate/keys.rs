//! Rules about state per key.

use resilient_rules::per_key::about_keys;
use syn::Expr;

use crate::diagnostics::Errors;
use crate::model::Setting;
use crate::parse::expr_shape::peel;
use crate::validate::rules::Checked;
use crate::validate::setting::key;

/// Refuses a key that is the same in each call.
pub(crate) fn varies(setting: &Setting<Expr>, errors: &mut Errors) {
    if matches!(peel(&setting.value), Expr::Lit(_)) {
        let message = "this `key` is the same for all calls, so all have one state: write an expression over the \
                       arguments, as in `key = url.host()`, or remove it";
        errors.at(setting.value_span, message);
    }
}

/// On a function, the other settings of state per key need a key.
pub(super) fn need_key(checked: &Checked, errors: &mut Errors) {
    let Some(keys) = checked.facts.keys.filter(|keys| keys.key.is_none() && checked.complete) else { return };
    for setting in [key(keys.most), key(keys.idle)].into_iter().flatten() {
        let fact = about_keys(setting);
        let message = format!("{fact}: add `key = …`, as in `key = url.host()`, or remove it");
        errors.at(setting.span(), message);
    }
}
