//! Settings of shared state are constants: the state is made once, so they cannot depend on a call or on the instance
//! of a generic function.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::Signature;

use crate::diagnostics::Errors;
use crate::facts::Facts;
use crate::pattern::argument_names;

pub(super) fn check(sig: &Signature, layers: &[Facts], errors: &mut Errors) {
    let scope = Scope::of(sig);
    for facts in layers {
        for (key, expr) in &facts.constants {
            let Some((name, why)) = scope.varying(expr.to_token_stream()) else { continue };
            let instead = if why == IN_AN_IMPL { "write the name of the type" } else { instead(key) };
            let message = format!(
                "`{key}` is the same for all calls, since a `{}` is made once, and `{name}` {why}: {instead}",
                facts.name,
            );
            errors.over(expr, message);
        }
    }
}

fn instead(key: &Ident) -> &'static str {
    if key == "policy" {
        "write the path of a `const` policy"
    } else if key == "name" {
        "write a string literal or the path of a `const`"
    } else {
        "write a literal, or the path of a `const` or `static`"
    }
}

/// The names of a function that a constant cannot use.
struct Scope {
    arguments: Vec<Ident>,
    generics: Vec<Ident>,
}

const IN_A_CALL: &str = "is known only in a call";
const IN_AN_INSTANCE: &str = "differs from one use of this function to another";
const IN_AN_IMPL: &str = "is not known there";

impl Scope {
    fn of(sig: &Signature) -> Self {
        // A constant may stand in a pattern and looks like a binding there.
        let arguments =
            argument_names(sig).into_iter().filter(|name| !name.to_string().starts_with(char::is_uppercase)).collect();
        let types = sig.generics.type_params().map(|parameter| parameter.ident.clone());
        let generics = types.chain(sig.generics.const_params().map(|parameter| parameter.ident.clone())).collect();
        Self { arguments, generics }
    }

    /// The first name that does not stand for the same everywhere, and why.
    fn varying(&self, tokens: TokenStream) -> Option<(String, &'static str)> {
        first_name(tokens, &|name, is_path| {
            // `#[async_trait]` renames it.
            if name == "self" || name == "__self" {
                Some(("self".to_owned(), IN_A_CALL))
            } else if name == "Self" {
                Some(("Self".to_owned(), IN_AN_IMPL))
            } else if self.generics.contains(name) {
                Some((name.to_string(), IN_AN_INSTANCE))
            } else if !is_path && self.arguments.contains(name) {
                Some((name.to_string(), IN_A_CALL))
            } else {
                None
            }
        })
    }
}

/// The first result of `judge`, which is called for names that are no field, no method and not behind a `::`, with
/// whether a `::` follows.
fn first_name<T>(tokens: TokenStream, judge: &impl Fn(&Ident, bool) -> Option<T>) -> Option<T> {
    let mut trees = tokens.into_iter().peekable();
    let mut before = [' '; 2];
    while let Some(tree) = trees.next() {
        let found = match &tree {
            TokenTree::Group(group) => first_name(group.stream(), judge),
            TokenTree::Ident(name) if !is_member(before) => {
                let is_path = matches!(trees.peek(), Some(TokenTree::Punct(next)) if next.as_char() == ':');
                judge(name, is_path)
            }
            _ => None,
        };
        if found.is_some() {
            return found;
        }
        before = [before[1], if let TokenTree::Punct(punct) = &tree { punct.as_char() } else { ' ' }];
    }
    None
}

/// Whether a `.` or `::` stands before, and not the `..` of a range.
fn is_member(before: [char; 2]) -> bool {
    matches!(before, [':', ':']) || before[1] == '.' && before[0] != '.'
}
