//! Looks for words in tokens, at any depth.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};

/// Whether a token stream holds this identifier at any depth.
pub(crate) fn mentions(tokens: TokenStream, name: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == name,
        TokenTree::Group(group) => mentions(group.stream(), name),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// The words of some tokens, at any depth.
pub(crate) fn words(tokens: TokenStream) -> Vec<Ident> {
    let mut found = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Ident(word) => found.push(word),
            TokenTree::Group(group) => found.extend(words(group.stream())),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
    found
}

/// The places where some code awaits itself: what async blocks, closures and functions inside of it await is theirs.
pub(crate) fn awaits(code: TokenStream) -> Vec<Span> {
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
    fn only_what_the_code_itself_awaits_counts() {
        let count = |code: &str| awaits(code.parse().expect("tokens")).len();
        assert_eq!(count("f().await?; { if x { g().await } }"), 2);
        assert_eq!(count("select! { a = b.await => c }"), 1);
        assert_eq!(count("block_on(async { f().await }); spawn(async move { g().await })"), 0);
        assert_eq!(count("async fn inner(x: u8) -> u8 { x.await } inner(1).await"), 1);
        assert_eq!(count("let f = async |x: u8| { x.await }; await_all(); r#await"), 0);
    }
}
