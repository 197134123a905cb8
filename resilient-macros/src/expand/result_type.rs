//! What the result type is, as far as its tokens show.

use syn::{GenericArgument, PathArguments, PathSegment, Signature, Type};

/// Whether the type is called `Result`. Any other name may be an alias, which only the compiler can resolve, and that
/// resolution is a large part of an attribute's compile time.
pub(crate) fn is_result(ty: &Type) -> bool {
    last_segment(ty).is_some_and(|last| last.ident == "Result")
}

/// The generic arguments of a type that looks like a `Result`, by its name; an alias may be called anything.
pub(crate) fn result_arguments(ty: &Type) -> Option<Vec<&GenericArgument>> {
    let last = last_segment(ty).filter(|last| last.ident.to_string().ends_with("Result"))?;
    match &last.arguments {
        PathArguments::AngleBracketed(arguments) => Some(arguments.args.iter().collect()),
        _ => Some(Vec::new()),
    }
}

fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Path(path) => path.path.segments.last(),
        Type::Paren(inner) => last_segment(&inner.elem),
        Type::Group(inner) => last_segment(&inner.elem),
        _ => None,
    }
}

/// Whether the type is one of the function's parameters, or belongs to one.
pub(crate) fn is_parameter(ty: &Type, sig: &Signature) -> bool {
    match ty {
        Type::Paren(inner) => is_parameter(&inner.elem, sig),
        Type::Group(inner) => is_parameter(&inner.elem, sig),
        Type::Path(path) => match (&path.qself, path.path.segments.first()) {
            (Some(qself), _) => is_parameter(&qself.ty, sig),
            (None, Some(first)) => sig.generics.type_params().any(|parameter| parameter.ident == first.ident),
            (None, None) => false,
        },
        _ => false,
    }
}

/// Whether the type cannot be a parameter of an `impl` nor belong to one, as far as its tokens show: a parameter has no
/// arguments and is in no module.
pub(crate) fn is_no_parameter(ty: &Type) -> bool {
    match ty {
        Type::Paren(inner) => is_no_parameter(&inner.elem),
        Type::Group(inner) => is_no_parameter(&inner.elem),
        Type::Path(path) if path.qself.is_none() => path.path.segments.first().is_some_and(|first| {
            let name = first.ident.to_string();
            !first.arguments.is_none() || name == "Self" || !name.starts_with(char::is_uppercase)
        }),
        Type::Path(_) => false,
        _ => true,
    }
}
