//! On a thread of a bulkhead the body is sync code, which cannot await.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};

use crate::diagnostics::Errors;
use crate::model::Function;

/// Reports each `.await` of the body itself; those in async blocks, closures and functions inside of it are theirs.
pub(super) fn refuse(function: &Function, errors: &mut Errors) {
    if function.sig.asyncness.is_none() {
        return;
    }
    for place in awaits(function.body.clone()) {
        let message = "with `threads` the body is sync code on a thread, and cannot await: await in a function that \
                       calls this one, or remove `threads`";
        errors.at(place, message);
    }
}

fn awaits(code: TokenStream) -> Vec<Span> {
    let mut found = Vec::new();
    let mut follows_dot = false;
    let mut trees = code.into_iter();
    while let Some(tree) = trees.next() {
        let is_member =
            std::mem::replace(&mut follows_dot, matches!(&tree, TokenTree::Punct(it) if it.as_char() == '.'));
        match tree {
            TokenTree::Ident(word) if word == "async" => skip_async(&mut trees),
            TokenTree::Ident(word) if word == "await" && is_member => found.push(word.span()),
            TokenTree::Group(group) => found.extend(awaits(group.stream())),
            _ => {}
        }
    }
    found
}

/// Skips what an `async` begins, to the end of its braces.
fn skip_async(trees: &mut impl Iterator<Item = TokenTree>) {
    let is_block = |tree: &TokenTree| matches!(tree, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
    let _ = trees.find(is_block);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_body_itself_awaits_counts() {
        let count = |code: &str| awaits(code.parse().expect("tokens")).len();
        assert_eq!(count("f().await?; { if x { g().await } }"), 2);
        assert_eq!(count("select! { a = b.await => c }"), 1);
        assert_eq!(count("block_on(async { f().await }); spawn(async move { g().await })"), 0);
        assert_eq!(count("async fn inner(x: u8) -> u8 { x.await } inner(1).await"), 1);
        assert_eq!(count("let f = async |x: u8| { x.await }; await_all(); r#await"), 0);
    }
}
