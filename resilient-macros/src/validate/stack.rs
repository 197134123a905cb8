//! Rules about several attributes of one function. Layers stand in reading order, the outermost first.

use std::collections::HashMap;

use quote::ToTokens;
use resilient_rules::refusal::Refusal;
use resilient_rules::stack::named_twice;
use syn::Expr;

use super::keys::need_key;
use super::rules::{Checked, Place, Rules};
use crate::diagnostics::Errors;
use crate::facts::Facts;
use crate::model::{Name, Setting};
use crate::parse::expr_shape::peel;

pub(crate) fn check(layers: &[&dyn Rules], checked: &[Checked], is_async: bool, errors: &mut Errors) {
    for (index, (layer, Checked { complete, .. })) in layers.iter().zip(checked).enumerate() {
        let (above, below) = (&checked[..index], &checked[index + 1..]);
        conversion_is_used(&checked[index], above, errors);
        held_state_has_settings(checked[index].facts, errors);
        need_key(&checked[index], errors);
        layer.check_place(&Place { complete: *complete, above, below, is_async }, errors);
    }
    distinct_state(checked, errors);
    one_conversion(checked, errors);
}

/// Only a fallback's closure receives a refusal that is answered, so `map_err` is called only for a closure.
fn conversion_is_used(checked: &Checked, above: &[Checked], errors: &mut Errors) {
    let Some((map_err, refusal)) = checked.facts.map_err().zip(checked.facts.refusal) else { return };
    let mut answering = above.iter().rev().filter_map(|it| it.facts.answers.zip(Some(it.complete)));
    let answering = answering.find(|(answers, _)| answers.answer(refusal.refusal));
    let Some((answers, true)) = answering else { return };
    if !answers.looks_at_error {
        let message = "`map_err` is never called, since the `fallback` above answers what this refuses and looks at \
                       no error: remove it";
        errors.at(map_err.key.span(), message);
    }
}

/// A handle or a value was made with its settings.
pub(super) fn held_state_has_settings(facts: &Facts, errors: &mut Errors) {
    let (Some(held), Some(handle)) = (facts.held(), &facts.handle) else { return };
    let held = short(held);
    for key in &handle.state_settings {
        let message = if *key == "name" {
            format!("{held} has its name already: remove `name`, or {held}")
        } else {
            format!("{held} has its settings already: write `{key}` where it is made, or remove it")
        };
        errors.at(key.span(), message);
    }
}

/// An expression for a message, if it is short and reads well without spaces.
fn short(expr: &Expr) -> String {
    same_in_each_evaluation(expr)
        .map_or_else(|| "this value".to_owned(), |place| format!("`{}`", for_readers(&text(place))))
}

/// A `$crate` of a stack for many functions is the `crate` that the user wrote.
fn for_readers(text: &str) -> String {
    text.replace("$crate", "crate")
}

fn text(place: &Expr) -> String {
    place.to_token_stream().to_string().replace(' ', "")
}

/// Two layers that share one state would count one call twice.
fn distinct_state(layers: &[Checked], errors: &mut Errors) {
    distinct_names(layers, errors);
    let mut seen: Vec<(&str, String)> = Vec::new();
    for Checked { facts, .. } in layers {
        let Some(held) = facts.held().and_then(same_in_each_evaluation) else { continue };
        let held = (facts.name, text(held));
        if seen.contains(&held) {
            let message = format!("a `{}` with `{}` is already above: remove this one", held.0, for_readers(&held.1));
            errors.over(facts.held(), message);
        }
        seen.push(held);
    }
}

/// What an expression borrows, if that is the same each time: a path or a field.
fn same_in_each_evaluation(expr: &Expr) -> Option<&Expr> {
    match peel(expr) {
        Expr::Reference(reference) => same_in_each_evaluation(&reference.expr),
        place @ Expr::Path(_) => Some(place),
        place @ Expr::Field(access) => same_in_each_evaluation(&access.base).map(|_| place),
        _ => None,
    }
}

fn distinct_names(layers: &[Checked], errors: &mut Errors) {
    let mut seen: Vec<(&str, &str)> = Vec::new();
    for Checked { facts, .. } in layers {
        let Some(Setting { value: Name { literal: Some(name), .. }, value_span, .. }) = facts.shared_name() else {
            continue;
        };
        if seen.contains(&(facts.name, name)) {
            errors.at(*value_span, named_twice(facts.name, name));
        }
        seen.push((facts.name, name));
    }
}

/// A refusal travels without the attribute it came from, up to the next fallback, so its kind alone decides how it is
/// converted.
fn one_conversion(layers: &[Checked], errors: &mut Errors) {
    let mut first: HashMap<&str, (Option<Refusal>, String)> = HashMap::new();
    for Checked { facts, .. } in layers.iter().filter(|it| it.complete) {
        if let Some(answers) = facts.answers {
            first.retain(|_, (refusal, _)| refusal.is_none_or(|refusal| !answers.answer(refusal)));
        }
        let name = facts.name;
        let map_err = facts.map_err().map(|setting| &setting.value);
        let text = map_err.map(ToTokens::to_token_stream).unwrap_or_default().to_string();
        let refusal = facts.refusal.map(|made| made.refusal);
        if first.entry(name).or_insert_with(|| (refusal, text.clone())).1 == text {
            continue;
        }
        let message = format!("the `{name}`s of one function share their `map_err`: write the same in each of them");
        match map_err {
            Some(different) => errors.over(different, message),
            None => errors.at(facts.span, message),
        }
    }
}
