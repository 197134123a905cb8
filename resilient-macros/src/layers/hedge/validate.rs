//! Rules about `#[hedge]`.

use std::time::Duration;

use proc_macro2::Span;
use quote::ToTokens;
use resilient_rules::stack::{TWO_HEDGES, ends_before_delay, one_at_a_time};
use syn::{FnArg, ReceiverKind, Signature, Type};

use super::model::Hedge;
use super::values::Delay;
use crate::diagnostics::Errors;
use crate::model::{Setting, Value};
use crate::settings::Table;
use crate::validate::attempts;
use crate::validate::rules::{Checked, Place, Rules};
use crate::validate::setting::{Literal, key, literal, need};

impl Rules for Hedge {
    fn check(&self, complete: bool, errors: &mut Errors) {
        if complete && self.policy.is_none() && self.delay.is_none() && self.gives_settings() {
            errors.at(self.span, "`hedge` needs a delay: write `#[hedge(delay = 100ms)]`");
        }
        self.check_each(errors);
        if complete {
            let message = "`hedge` refuses a call only if it has no items: add `over(…)`, or remove `map_err`";
            need(&[(key(self.map_err.as_ref()), self.over.is_some(), message)], errors);
        }
    }

    fn check_place(&self, place: &Place, errors: &mut Errors) {
        one_hedge(self, place.above, errors);
        runs_beside(self, place.below, errors);
        let adjacent = place.below.first().into_iter();
        for limit in place.above.iter().chain(adjacent) {
            starts_in_time(self, limit, errors);
        }
    }

    fn check_function(&self, sig: &Signature, errors: &mut Errors) {
        for name in self.bind.iter().map(|bind| &bind.value).chain(self.over.iter().map(|over| &over.value.name)) {
            attempts::bound_name(name, sig, errors);
        }
        attempts::each_attempt_has_self(sig, errors);
        // In a sync function they cannot borrow at all.
        if let Some(argument) = sig.inputs.iter().find(|argument| sig.asyncness.is_some() && is_exclusive(argument)) {
            let message = "the attempts of a `hedge` run at once, so they cannot share this `&mut`: take `&`, and what \
                           changes in a `Mutex`";
            errors.over(argument, message);
        }
    }
}

fn one_hedge(hedge: &Hedge, above: &[Checked], errors: &mut Errors) {
    if above.iter().any(|it| it.facts.races()) {
        errors.at(hedge.span, TWO_HEDGES);
    }
}

/// A bulkhead below that lets one call through refuses each hedge.
fn runs_beside(hedge: &Hedge, below: &[Checked], errors: &mut Errors) {
    let mut narrow = below.iter().filter_map(|it| one_at_a_time(it.facts.name, u64::from(it.facts.at_once?)));
    if let Some(fact) = narrow.next() {
        errors.at(hedge.span, format!("{fact}: move it above, or let it take more"));
    }
}

/// A timeout ends the latest attempt, or the call, before another is due.
fn starts_in_time(hedge: &Hedge, layer: &Checked, errors: &mut Errors) {
    let Some(limit) = layer.facts.limits_time else { return };
    let Some((delay, span)) = longest_known(hedge) else { return };
    let Some(Literal { value: duration, .. }) = literal(limit.duration.as_ref()) else { return };
    if let Some(fact) = ends_before_delay(duration, limit.may_grow, delay) {
        errors.at(span, format!("{fact}: write a shorter one"));
    }
}

/// The delay, or the one that a percentile begins with.
fn longest_known(hedge: &Hedge) -> Option<(Duration, Span)> {
    let Setting { value, value_span, .. } = hedge.delay.as_ref()?;
    match value {
        Delay::Fixed(Value::Known(delay)) => Some((*delay, *value_span)),
        Delay::Percentile(percentile) => {
            literal(percentile.initial.as_ref()).map(|Literal { value, span, .. }| (value, span))
        }
        Delay::Fixed(Value::Expr(_)) => None,
    }
}

fn is_exclusive(argument: &FnArg) -> bool {
    let is_borrow = |ty: &Type| matches!(ty, Type::Reference(reference) if reference.mutability.is_some());
    match argument {
        FnArg::Receiver(receiver) => match &receiver.kind {
            ReceiverKind::Reference(.., mutability) => mutability.is_some(),
            ReceiverKind::Typed(_, ty) => ty.to_token_stream().to_string().replace(' ', "").contains("&mut"),
            _ => false,
        },
        FnArg::Typed(typed) => is_borrow(&typed.ty),
    }
}
