//! A timeout or a hedge moves the body of a sync function to another thread, and a bulkhead with threads that of any
//! function. There it may outlive the call: it cannot borrow from the caller.

use quote::ToTokens;
use syn::{
    AngleBracketedGenericArguments, FnArg, GenericArgument, Lifetime, Pat, PathArguments, Receiver, ReceiverKind,
    Signature, Type, TypeParamBound,
};

use crate::diagnostics::Errors;
use crate::facts::Facts;

/// Reports the first argument that borrows: one error is enough, however many there are.
/// `outliving` are the layers that move the body.
pub(super) fn refuse(sig: &Signature, outliving: &[&Facts], errors: &mut Errors) {
    let Some(arg) = sig.inputs.iter().find(|arg| borrowing(arg)) else { return };
    let (name, way_out) = match arg {
        FnArg::Receiver(_) => ("self".to_owned(), "take `self` by value"),
        FnArg::Typed(arg) if matches!(*arg.ty, Type::ImplTrait(_)) => (text(&arg.pat), "add `+ 'static`"),
        FnArg::Typed(arg) => (text(&arg.pat), "own the argument"),
    };
    let message = if outliving.iter().any(|facts| facts.runs_on_threads) {
        format!(
            "the body runs on a thread of the bulkhead, where it may outlive the call, so it cannot borrow `{name}`: \
             {way_out}, or remove `threads`"
        )
    } else if outliving.iter().any(|facts| facts.races()) {
        format!(
            "each attempt of a sync `hedge` runs on a thread of its own, where it may outlive the call, so it cannot \
             borrow `{name}`: {way_out}, or make the function async"
        )
    } else {
        format!(
            "past the timeout a sync body runs on in another thread, so it cannot borrow `{name}`: {way_out}, \
             make the function async, or write `cooperative` to run it in place, where it asks `resilient::deadline()`"
        )
    };
    errors.over(arg, message);
}

fn text(pattern: &Pat) -> String {
    pattern.to_token_stream().to_string()
}

/// An argument with a `cfg` is left to the compiler.
pub(super) fn borrowing(arg: &FnArg) -> bool {
    match arg {
        FnArg::Receiver(receiver) => receiver_borrows(receiver),
        FnArg::Typed(arg) => borrows(&arg.ty) && !arg.attrs.iter().any(|attr| attr.path().is_ident("cfg")),
    }
}

pub(crate) fn receiver_borrows(receiver: &Receiver) -> bool {
    match &receiver.kind {
        ReceiverKind::Reference(..) => true,
        ReceiverKind::Typed(_, ty) => borrows(ty),
        _ => false,
    }
}

/// Whether the type holds a reference that is not `'static`. Function pointers may take references, they hold none.
fn borrows(ty: &Type) -> bool {
    match ty {
        Type::Reference(it) => !it.lifetime.as_ref().is_some_and(is_static) || borrows(&it.elem),
        Type::Array(it) => borrows(&it.elem),
        Type::Slice(it) => borrows(&it.elem),
        Type::Paren(it) => borrows(&it.elem),
        Type::Group(it) => borrows(&it.elem),
        Type::Tuple(it) => it.elems.iter().any(borrows),
        Type::Path(it) => it.path.segments.iter().any(|segment| arguments_borrow(&segment.arguments)),
        // Boxed traits are `'static` unless they say otherwise; `impl Trait` must say that it is.
        Type::TraitObject(it) => {
            it.bounds.iter().any(|bound| matches!(bound, TypeParamBound::Lifetime(it) if !is_static(it)))
        }
        Type::ImplTrait(it) => {
            !it.bounds.iter().any(|bound| matches!(bound, TypeParamBound::Lifetime(it) if is_static(it)))
        }
        _ => false,
    }
}

fn arguments_borrow(arguments: &PathArguments) -> bool {
    match arguments {
        PathArguments::AngleBracketed(AngleBracketedGenericArguments { args, .. }) => {
            args.iter().any(|arg| match arg {
                GenericArgument::Lifetime(lifetime) => !is_static(lifetime),
                GenericArgument::Type(ty) => borrows(ty),
                GenericArgument::AssocType(it) => borrows(&it.ty),
                _ => false,
            })
        }
        PathArguments::None | PathArguments::Parenthesized(_) => false,
    }
}

fn is_static(lifetime: &Lifetime) -> bool {
    lifetime.ident == "static"
}
