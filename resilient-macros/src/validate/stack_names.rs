//! A stack for many functions means the same at each of them: a name alone is an argument of the function, and all else
//! is a path that begins at a crate.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::Signature;

use crate::diagnostics::Errors;
use crate::facts::Facts;
use crate::model::StackId;
use crate::pattern::argument_names;
use crate::tokens::mentions;

/// `of_stack` says for each layer which stack it comes from, if it does.
pub(crate) fn check(sig: &Signature, layers: &[Facts], of_stack: &[Option<StackId>], errors: &mut Errors) {
    let mut names = argument_names(sig);
    names.extend(layers.iter().flat_map(|facts| &facts.binds).map(|bound| bound.name().clone()));
    let of_stack = layers.iter().zip(of_stack).filter(|(_, of_stack)| of_stack.is_some());
    for expr in of_stack.flat_map(|(facts, _)| &facts.evaluates) {
        let tokens = expr.to_token_stream();
        if let Some(name) = alone(tokens.clone()).filter(|name| !names.iter().any(|known| known == name)) {
            let message = format!(
                "the stack takes the argument `{name}`, and this function has none of that name: add it, apply the \
                 stack with another value, or write it in the stack from `crate::` on if it is no argument"
            );
            errors.over(&tokens, message);
        } else if mentions(tokens.clone(), "self") && sig.receiver().is_none() {
            let message = "the stack takes `self`, and this function has none: make it a method, or apply the stack \
                           with another value";
            errors.over(&tokens, message);
        }
    }
}

/// The name that stands alone, and begins like that of a variable.
fn alone(tokens: TokenStream) -> Option<String> {
    let mut trees = tokens.into_iter();
    match (trees.next(), trees.next()) {
        (Some(TokenTree::Ident(name)), None) => Some(name.to_string()),
        _ => None,
    }
    .filter(|name| name.starts_with(char::is_lowercase) && !["self", "true", "false"].contains(&name.as_str()))
}
