//! What the function's result can hold: refusals, and the errors that filters look at.

use quote::ToTokens;
use syn::{GenericArgument, PathArguments, ReturnType, Signature, Type};

use crate::diagnostics::Errors;
use crate::idle::{self, can_refuse, looks_at_errors};
use crate::model::Layer;
use crate::validate::Checked;

pub(super) fn check(sig: &Signature, layers: &[Checked], stack: &[Layer], errors: &mut Errors) {
    if !certainly_no_result(&sig.output) {
        if let Some(idle) = idle::first(stack).filter(|_| never_fails(&sig.output)) {
            errors.at(idle.span, "this acts on a function's errors, and this function can have none: remove it");
        }
        return;
    }
    let before = errors.len();
    refusals_have_a_way_out(sig, layers, errors);
    for looking in layers.iter().flat_map(|it| looks_at_errors(it.layer)) {
        let message = format!(
            "`{looking}` looks at the function's errors, and a function without a `Result` has none: \
             return a `Result`, or remove `{looking}`"
        );
        errors.at(looking.span(), message);
    }
    // What was said already has the same cause.
    let is_first = errors.len() == before && layers.iter().all(|it| it.complete);
    if let Some(idle) = idle::first_attribute(stack).filter(|_| is_first) {
        errors.at(idle.span, idle.message);
    }
}

/// A refusal reaches the caller as the function's error, unless a fallback answers it first.
fn refusals_have_a_way_out(sig: &Signature, layers: &[Checked], errors: &mut Errors) {
    let exposed = layers.iter().take_while(|it| !matches!(it.layer, Layer::Fallback(_)));
    let Some(refusing) = exposed.map(|it| it.layer).find(|layer| can_refuse(layer)) else { return };
    let what = match refusing {
        Layer::Retry(_) => "`exhausted = wrap` gives an error".to_owned(),
        other => format!("`{}` can refuse a call", other.kind().name()),
    };
    let message = format!(
        "{what}, and this function has no `Result` to return it in: write `Result<…, E>` where \
         `E: From<resilient::Error>`, or put a `fallback` above",
    );
    match &sig.output {
        ReturnType::Type(_, ty) => errors.over(ty, message),
        ReturnType::Default => errors.at(sig.ident.span(), message),
    }
}

fn certainly_no_result(output: &ReturnType) -> bool {
    match output {
        ReturnType::Type(_, ty) => is_no_result(ty),
        ReturnType::Default => true,
    }
}

/// Whether the type is a `Result` whose error has no values.
fn never_fails(output: &ReturnType) -> bool {
    let ReturnType::Type(_, ty) = output else { return false };
    let Type::Path(path) = &**ty else { return false };
    let Some(last) = path.path.segments.last().filter(|last| last.ident == "Result") else { return false };
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return false };
    match arguments.args.iter().nth(1) {
        Some(GenericArgument::Type(Type::Never(_))) => true,
        Some(GenericArgument::Type(Type::Path(error))) => {
            error.path.segments.last().is_some_and(|last| last.ident == "Infallible")
        }
        _ => false,
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
        Type::Tuple(_)
        | Type::Reference(_)
        | Type::Array(_)
        | Type::Slice(_)
        | Type::Ptr(_)
        | Type::FnPtr(_)
        | Type::ImplTrait(_)
        | Type::Never(_) => true,
        Type::Path(it) => it
            .path
            .segments
            .last()
            .is_some_and(|last| PLAIN.contains(&last.ident.to_token_stream().to_string().as_str())),
        _ => false,
    }
}
