//! Rules about the function.

mod borrow;

use quote::ToTokens;
use syn::{FnArg, ReturnType, Signature, Type};

use super::Checked;
use crate::diagnostics::Errors;
use crate::model::{Exhausted, Function, Layer, Retry, Timeout};
use crate::pattern::bindings;

pub(super) fn check(function: &Function, layers: &[Checked], errors: &mut Errors) {
    let sig = &function.sig;
    if let Some(constness) = sig.constness {
        errors.at(constness.span, "a `const fn` can neither wait nor count: remove `const`, or the attribute");
    }
    if let Some(variadic) = &sig.variadic {
        errors.over(
            variadic,
            "a variadic function's arguments cannot be passed on: put the attribute on a function that calls it",
        );
    }
    for Checked { layer, .. } in layers {
        match layer {
            Layer::Retry(retry) => bound_name(retry, sig, errors),
            Layer::Timeout(timeout) if sig.asyncness.is_some() => not_cooperative(timeout, errors),
            _ => {}
        }
    }
    let leaves_the_thread =
        |it: &Checked| it.complete && matches!(it.layer, Layer::Timeout(it) if it.cooperative.is_none());
    if sig.asyncness.is_none() && layers.iter().any(leaves_the_thread) {
        borrow::refuse(sig, errors);
    }
    refusals_have_a_way_out(sig, layers, errors);
}

fn not_cooperative(timeout: &Timeout, errors: &mut Errors) {
    if let Some(word) = &timeout.cooperative {
        errors.at(
            word.span(),
            "the body of an async function is dropped at the deadline: remove `cooperative`, which is for sync ones",
        );
    }
}

fn bound_name(retry: &Retry, sig: &Signature, errors: &mut Errors) {
    let Some(bind) = &retry.bind else { return };
    let hidden = sig.inputs.iter().any(|arg| match arg {
        FnArg::Typed(arg) => bindings(&arg.pat).iter().any(|binding| binding.ident == bind.value),
        FnArg::Receiver(_) => false,
    });
    if hidden {
        let name = &bind.value;
        errors.at(name.span(), format!("`{name}` would hide the argument of that name: write another name"));
    }
}

/// A refusal reaches the caller as the function's error, unless a fallback answers it first.
fn refusals_have_a_way_out(sig: &Signature, layers: &[Checked], errors: &mut Errors) {
    let exposed = layers.iter().take_while(|it| !matches!(it.layer, Layer::Fallback(_)));
    let Some(refusing) = exposed.map(|it| it.layer).find(|layer| can_refuse(layer)) else { return };
    let message = || {
        let what = match refusing {
            Layer::Retry(_) => "`exhausted = wrap` gives an error".to_owned(),
            other => format!("`{}` can refuse a call", other.kind().name()),
        };
        format!(
            "{what}, and this function has no `Result` to return it in: write `Result<…, E>` where \
             `E: From<resilient::Error>`, or put a `fallback` above",
        )
    };
    match &sig.output {
        ReturnType::Type(_, ty) if is_no_result(ty) => errors.over(ty, message()),
        ReturnType::Default => errors.at(sig.ident.span(), message()),
        ReturnType::Type(..) => {}
    }
}

fn can_refuse(layer: &Layer) -> bool {
    match layer {
        Layer::CircuitBreaker(_) | Layer::Timeout(_) | Layer::Bulkhead(_) => true,
        Layer::Retry(retry) => retry.exhausted.as_ref().is_some_and(|setting| setting.value == Exhausted::Wrap),
        Layer::Fallback(_) => false,
    }
}

/// Types that are no alias of a `Result` by any reading; the compiler knows about the others.
fn is_no_result(ty: &Type) -> bool {
    const PLAIN: [&str; 18] = [
        "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128",
        "usize", "String", "Option",
    ];
    match ty {
        Type::Paren(it) => is_no_result(&it.elem),
        Type::Group(it) => is_no_result(&it.elem),
        Type::Tuple(_) | Type::Reference(_) | Type::Array(_) | Type::Slice(_) | Type::Ptr(_) | Type::FnPtr(_) => true,
        Type::Path(it) => it
            .path
            .segments
            .last()
            .is_some_and(|last| PLAIN.contains(&last.ident.to_token_stream().to_string().as_str())),
        _ => false,
    }
}
