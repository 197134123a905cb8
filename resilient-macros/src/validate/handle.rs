//! Rules about a static of which an attribute makes a handle.

use resilient_rules::per_key::about_keys;

use super::rules::Rules;
use crate::diagnostics::Errors;
use crate::facts::{Facts, HandleFacts};
use crate::model::StaticItem;
use crate::validate::setting::key;

/// Reports every broken rule. `first` is the attribute that expands, and `below` are those that it has taken in.
pub(crate) fn check(item: &StaticItem, first: &dyn Rules, complete: bool, facts: &[Facts], errors: &mut Errors) {
    let [facts, below @ ..] = facts else { return };
    first.check(complete, errors);
    for other in below {
        let message = format!("a static is one handle, and `{}` makes it: remove `{}`", facts.name, other.name);
        errors.at(other.span, message);
    }
    settings(item, facts, errors);
    keys(facts, errors);
    declaration(item, facts, errors);
}

fn settings(item: &StaticItem, facts: &Facts, errors: &mut Errors) {
    if let Some(held) = facts.held() {
        errors.over(held, "this static is a handle itself, and takes no other: remove this, or write `name = \"…\"`");
    }
    let of_calls = facts.handle.iter().flat_map(|handle: &HandleFacts| &handle.call_settings);
    for key in of_calls {
        let form = if key.to_string().ends_with("_on") { "(…)" } else { " = …" };
        let message = format!(
            "`{key}` belongs to a function's calls: write it there, as in `#[{}({}, {key}{form})]`",
            facts.name, item.ident,
        );
        errors.at(key.span(), message);
    }
}

/// Settings of state per key on a static that is one state for all.
fn keys(facts: &Facts, errors: &mut Errors) {
    let Some(keys) = facts.keys.filter(|_| !facts.is_per_key()) else { return };
    for setting in [key(keys.most), key(keys.idle)].into_iter().flatten() {
        let message = format!(
            "{}, and this static is one `{}` for all: declare it as `{}`, or remove this",
            about_keys(setting),
            facts.type_name,
            keys.state_type,
        );
        errors.at(setting.span(), message);
    }
}

fn declaration(item: &StaticItem, facts: &Facts, errors: &mut Errors) {
    let ty = if facts.is_per_key() { facts.state_type } else { facts.type_name };
    if let Some(keyword) = item.constant {
        errors.over(keyword, format!("a constant is a new `{ty}` at each use: write `static`, which is one for all"));
    }
    if let Some(keyword) = item.mutability {
        errors.over(keyword, "a handle is shared by all threads and never assigned: remove `mut`");
    }
    if let Some(value) = &item.value {
        errors.over(value, format!("the attribute makes the value of this `{ty}`: remove it, from the `=` on"));
    }
}
