//! Rules about several attributes of one function. Layers stand in reading order, the outermost first.

use std::collections::HashMap;

use quote::ToTokens;

use super::rules::{Checked, Place, Rules};
use crate::diagnostics::Errors;
use crate::facts::refusal::Refusal;
use crate::model::{Name, Setting};

pub(crate) fn check(layers: &[&dyn Rules], checked: &[Checked], is_async: bool, errors: &mut Errors) {
    for (index, (layer, Checked { complete, .. })) in layers.iter().zip(checked).enumerate() {
        let (above, below) = (&checked[..index], &checked[index + 1..]);
        conversion_is_used(&checked[index], above, errors);
        layer.check_place(&Place { complete: *complete, above, below, is_async }, errors);
    }
    distinct_names(checked, errors);
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

/// Two layers that share one state would count one call twice.
fn distinct_names(layers: &[Checked], errors: &mut Errors) {
    let mut seen: Vec<(&str, &str)> = Vec::new();
    for Checked { facts, .. } in layers {
        let Some(Setting { value: Name { literal: Some(name), .. }, value_span, .. }) = facts.shared_name() else {
            continue;
        };
        if seen.contains(&(facts.name, name)) {
            let message = format!(
                "a `{0}` named \"{name}\" is already above: give this one another name, or remove it",
                facts.name
            );
            errors.at(*value_span, message);
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
