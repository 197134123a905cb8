//! A body that an attribute of another crate has rewritten, because it stands above and expanded first: around the
//! user's block it has a block or a call of its own, which may take arguments away. `#[cached]`, for one, leaves a call
//! of the function that it made of the body.
//!
//! What another macro wrote does not stand in the source where its span says: there the compiler finds the attribute.

use std::collections::HashSet;

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::{FnArg, Signature};

use crate::pattern::bindings;

/// The arguments, `self` among them, that generated code in this body takes away from it.
pub(crate) fn taken(sig: &Signature, body: &TokenStream) -> HashSet<String> {
    let is_generated_around = || {
        let mut trees = body.clone().into_iter();
        let first = trees.next();
        let last = trees.last();
        first.iter().chain(&last).any(is_generated)
    };
    // In a function that a macro wrote as a whole, nothing shows what an attribute has changed.
    if sig.inputs.is_empty() || differs(sig.fn_token.span, "fn") || !is_generated_around() {
        return HashSet::new();
    }
    let mut taken = HashSet::new();
    let names = names(sig);
    find(body.clone(), &names, &mut taken);
    taken
}

fn names(sig: &Signature) -> HashSet<String> {
    let named = |arg: &FnArg| match arg {
        FnArg::Receiver(_) => vec!["self".to_owned()],
        FnArg::Typed(arg) => bindings(&arg.pat).iter().map(|binding| text(&binding.ident)).collect(),
    };
    sig.inputs.iter().flat_map(named).collect()
}

fn find(tokens: TokenStream, names: &HashSet<String>, taken: &mut HashSet<String>) {
    let mut before: Option<TokenTree> = None;
    for tree in tokens {
        match &tree {
            // A block or a closure, of which only the compiler knows what it uses.
            TokenTree::Ident(word) if word == "move" && is_generated(&tree) => taken.extend(names.iter().cloned()),
            TokenTree::Group(group) => {
                let is_call = matches!(&before, Some(TokenTree::Ident(_)))
                    && group.delimiter() == Delimiter::Parenthesis
                    && is_generated(&tree);
                if is_call {
                    taken.extend(alone(group.stream()).into_iter().filter(|name| names.contains(name)));
                }
                find(group.stream(), names, taken);
            }
            _ => {}
        }
        before = Some(tree);
    }
}

/// The words that are arguments of a call by themselves.
fn alone(arguments: TokenStream) -> Vec<String> {
    let trees: Vec<TokenTree> = arguments.into_iter().collect();
    let is_comma = |tree: &TokenTree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == ',');
    let words = trees.split(is_comma).filter_map(|argument| match argument {
        [TokenTree::Ident(word)] => Some(text(word)),
        _ => None,
    });
    words.collect()
}

fn text(ident: &Ident) -> String {
    ident.unraw().to_string()
}

fn is_generated(tree: &TokenTree) -> bool {
    match tree {
        TokenTree::Ident(word) => differs(word.span(), &word.to_string()),
        TokenTree::Punct(punct) => differs(punct.span(), &punct.as_char().to_string()),
        TokenTree::Literal(literal) => differs(literal.span(), &literal.to_string()),
        TokenTree::Group(group) => match group.delimiter() {
            Delimiter::Parenthesis => differs(group.span_open(), "("),
            Delimiter::Brace => differs(group.span_open(), "{"),
            Delimiter::Bracket => differs(group.span_open(), "["),
            Delimiter::None => false,
        },
    }
}

/// Whether something else stands in the source at that place.
fn differs(place: Span, text: &str) -> bool {
    place.source_text().is_some_and(|source| source != text)
}
