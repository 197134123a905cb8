//! A future that says it is `'static` cannot hold a setting that borrows from the caller.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{FnArg, GenericArgument, Lifetime, PathArguments, Signature, Type, TypeParamBound};

use super::borrow;
use crate::diagnostics::Errors;
use crate::facts::Facts;
use crate::model::AsyncBlock;
use crate::pattern::bindings;

pub(super) fn check(async_block: &AsyncBlock, layers: &[Facts], errors: &mut Errors) {
    let syn::ReturnType::Type(_, output) = &async_block.sig.output else { return };
    if !is_static_future(output) {
        return;
    }
    let borrowed = borrowed(&async_block.sig);
    for expr in layers.iter().flat_map(|facts| &facts.evaluates) {
        let Some(name) = mentioned(expr.to_token_stream(), &borrowed) else { continue };
        let message = format!(
            "this borrows `{name}`, and the future, which is `'static`, may outlive it: own the argument, \
             write a value that borrows nothing, or return a future that borrows, as `BoxFuture<'_, …>`",
        );
        errors.over(expr, message);
    }
}

/// The arguments that borrow from the caller.
fn borrowed(sig: &Signature) -> Vec<String> {
    let inputs = sig.inputs.iter().filter(|input| borrow::borrowing(input));
    let names = inputs.flat_map(|input| match input {
        FnArg::Receiver(_) => vec!["self".to_owned()],
        FnArg::Typed(typed) => bindings(&typed.pat).iter().map(|binding| binding.ident.to_string()).collect(),
    });
    names.collect()
}

/// By its looks: what is no alias of a future by any reading is `'static` if it says so, or says nothing and is boxed.
fn is_static_future(ty: &Type) -> bool {
    match ty {
        Type::ImplTrait(opaque) => opaque.bounds.iter().filter_map(as_lifetime).any(is_static),
        Type::TraitObject(object) => object.bounds.iter().filter_map(as_lifetime).all(is_static),
        Type::Paren(inner) => is_static_future(&inner.elem),
        Type::Group(inner) => is_static_future(&inner.elem),
        Type::Path(path) => path.path.segments.last().is_some_and(|last| {
            let PathArguments::AngleBracketed(arguments) = &last.arguments else { return false };
            match last.ident.to_string().as_str() {
                "Pin" | "Box" => arguments.args.iter().any(|argument| match argument {
                    GenericArgument::Type(ty) => is_static_future(ty),
                    _ => false,
                }),
                "BoxFuture" | "LocalBoxFuture" => arguments.args.iter().any(|argument| match argument {
                    GenericArgument::Lifetime(lifetime) => is_static(lifetime),
                    _ => false,
                }),
                _ => false,
            }
        }),
        _ => false,
    }
}

const fn as_lifetime(bound: &TypeParamBound) -> Option<&Lifetime> {
    if let TypeParamBound::Lifetime(lifetime) = bound { Some(lifetime) } else { None }
}

fn is_static(lifetime: &Lifetime) -> bool {
    lifetime.ident == "static"
}

/// The first of these names that stands there as a variable.
fn mentioned(tokens: TokenStream, names: &[String]) -> Option<Ident> {
    let mut after_dot = false;
    for tree in tokens {
        let found = match &tree {
            TokenTree::Group(group) => mentioned(group.stream(), names),
            TokenTree::Ident(name) if !after_dot && names.contains(&name.to_string()) => Some(name.clone()),
            _ => None,
        };
        if found.is_some() {
            return found;
        }
        after_dot = matches!(&tree, TokenTree::Punct(punct) if punct.as_char() == '.');
    }
    None
}
