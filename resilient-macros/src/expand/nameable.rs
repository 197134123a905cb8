//! The function's result type as a body can name it: with `_` in place of `impl Trait`, which is allowed only in a
//! signature.

use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::{
    AngleBracketedGenericArguments, GenericArgument, Path, PathArguments, ReturnType, Signature, Token, Type,
    TypeParamBound, TypePath, parse_quote,
};

use crate::tokens::mentions;

/// The result type with `_` in place of every `impl Trait`.
pub(crate) fn nameable(sig: &Signature) -> Type {
    match &sig.output {
        ReturnType::Default => parse_quote!(()),
        ReturnType::Type(_, ty) => {
            let mut ty = (**ty).clone();
            if mentions(ty.to_token_stream(), "impl") {
                in_type(&mut ty);
            }
            ty
        }
    }
}

fn in_type(ty: &mut Type) {
    match ty {
        Type::ImplTrait(_) => *ty = parse_quote!(_),
        Type::Path(TypePath { qself, path, .. }) => {
            if let Some(qself) = qself {
                in_type(&mut qself.ty);
            }
            in_path(path);
        }
        Type::TraitObject(object) => in_bounds(&mut object.bounds),
        Type::Tuple(tuple) => tuple.elems.iter_mut().for_each(in_type),
        Type::Reference(reference) => in_type(&mut reference.elem),
        Type::Ptr(pointer) => in_type(&mut pointer.elem),
        Type::Array(array) => in_type(&mut array.elem),
        Type::Slice(slice) => in_type(&mut slice.elem),
        Type::FnPtr(function) => {
            function.inputs.iter_mut().for_each(|input| in_type(&mut input.ty));
            in_output(&mut function.output);
        }
        Type::Group(inner) => in_type(&mut inner.elem),
        Type::Paren(inner) => {
            in_type(&mut inner.elem);
            // Parentheses around a `_` would be unnecessary ones.
            if let Type::Infer(_) = *inner.elem {
                *ty = parse_quote!(_);
            }
        }
        // A type that cannot be parsed is inferred as a whole.
        Type::Macro(_) | Type::Verbatim(_) if mentions(ty.to_token_stream(), "impl") => *ty = parse_quote!(_),
        _ => {}
    }
}

fn in_path(path: &mut Path) {
    for segment in &mut path.segments {
        match &mut segment.arguments {
            PathArguments::AngleBracketed(arguments) => in_arguments(arguments),
            PathArguments::Parenthesized(arguments) => {
                arguments.inputs.iter_mut().for_each(|input| in_type(&mut input.ty));
                in_output(&mut arguments.output);
            }
            PathArguments::None => {}
        }
    }
}

fn in_arguments(arguments: &mut AngleBracketedGenericArguments) {
    for argument in &mut arguments.args {
        match argument {
            GenericArgument::Type(ty) => in_type(ty),
            GenericArgument::AssocType(associated) => in_type(&mut associated.ty),
            _ => {}
        }
    }
}

fn in_bounds(bounds: &mut Punctuated<TypeParamBound, Token![+]>) {
    for bound in bounds {
        if let TypeParamBound::Trait(bound) = bound {
            in_path(&mut bound.path);
        }
    }
}

fn in_output(output: &mut ReturnType) {
    if let ReturnType::Type(_, ty) = output {
        in_type(ty);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(result: &str) -> String {
        let sig = syn::parse_str::<Signature>(&format!("fn f() -> {result}")).expect("a signature");
        nameable(&sig).into_token_stream().to_string().replace(' ', "")
    }

    #[test]
    fn an_opaque_type_is_left_open_at_any_depth() {
        for (given, expected) in [
            ("Result<impl A, E>", "Result<_,E>"),
            ("Result<Box<dyn Iterator<Item = impl A> + Send>, E>", "Result<Box<dynIterator<Item=_>+Send>,E>"),
            ("R<Box<dyn A<B<impl C>>>>", "R<Box<dynA<B<_>>>>"),
            ("Box<dyn Fn(&(impl A)) -> Vec<impl B>>", "Box<dynFn(&_)->Vec<_>>"),
            ("fn(impl A, [u8; 3]) -> Option<impl B>", "fn(_,[u8;3])->Option<_>"),
            ("(&'a (impl A + 'a), &mut [impl B], *const impl C, [impl D; 3])", "(&'a_,&mut[_],*const_,[_;3])"),
            ("<Vec<impl A> as B>::C", "<Vec<_>asB>::C"),
            ("a!(impl A)", "_"),
            ("Result<a!(u8), impl A>", "Result<a!(u8),_>"),
        ] {
            assert_eq!(named(given), expected, "{given}");
        }
    }

    #[test]
    fn other_types_stay() {
        for given in ["Result<(A,), E>", "(&'a (dyn B + 'a))", "a!(u8)", "<A as B>::C"] {
            assert_eq!(named(given), given.replace(' ', ""));
        }
    }
}
