//! What the function's result can hold: refusals, and the errors that filters look at.

use quote::ToTokens;
use syn::{GenericArgument, PathArguments, ReturnType, Signature, Type};

use crate::diagnostics::Errors;
use crate::facts::Facts;
use crate::facts::answered::Answered;
use crate::facts::idle;
use crate::validate::rules::Checked;

pub(super) fn check(sig: &Signature, layers: &[Checked], facts: &[Facts], errors: &mut Errors) {
    if !certainly_no_result(&sig.output) {
        if let Some(idle) = idle::first(facts).filter(|_| never_fails(&sig.output)) {
            errors.at(idle.span, "this acts on a function's errors, and this function can have none: remove it");
        }
        return;
    }
    let before = errors.len();
    refusals_have_a_way_out(sig, facts, errors);
    for looking in facts.iter().flat_map(|facts| &facts.looks_at_errors) {
        let message = format!(
            "`{looking}` looks at the function's errors, and a function without a `Result` has none: \
             return a `Result`, or remove `{looking}`"
        );
        errors.at(looking.span(), message);
    }
    // The error reported before has the same cause.
    let is_first = errors.len() == before && layers.iter().all(|it| it.complete);
    if let Some(idle) = idle::first_attribute(facts).filter(|_| is_first) {
        errors.at(idle.span, idle.message);
    }
}

/// A refusal reaches the caller as the function's error, unless a fallback answers it first.
fn refusals_have_a_way_out(sig: &Signature, layers: &[Facts], errors: &mut Errors) {
    let mut answered = Answered::default();
    let mut exposed = layers.iter().filter(|facts| answered.passes(facts)).filter_map(|facts| facts.refusal);
    let Some(refusing) = exposed.find(|refusal| refusal.is_made) else { return };
    let message = format!(
        "{}, and this function has no `Result` to return it in: write `Result<…, E>` where \
         `E: From<resilient::Error>`, or put a `fallback` above",
        refusing.maker,
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
