//! Recognises a body that `#[tracing::instrument]` has rewritten because it stands above and so expands first. Each
//! attempt makes a span and runs the body in it.
//!
//! ```text
//! let __tracing_attr_span = span!(…);
//! let __tracing_instrument_future = async move { BODY };
//! // with `err` or `ret`: async move { match async move { BODY }.await { … } };
//! if !__tracing_attr_span.is_disabled() { Instrument::instrument(…).await } else { … }
//! ```
//!
//! In a sync function with `err` or `ret` the body is a closure, `(move || { BODY })()`. Block and closure run where
//! they stand, so they need not be `move`, by which they would take the arguments from the attempts to come.

use proc_macro2::{Group, TokenStream, TokenTree};

use crate::tokens::mentions;

const SPAN: &str = "__tracing_attr_span";
const FUTURE: &str = "__tracing_instrument_future";

/// A body with the `move` of such blocks and closures taken away, at any depth: the attribute may be there twice.
pub(crate) fn without_move(body: TokenStream) -> TokenStream {
    if !mentions(body.clone(), SPAN) {
        return body;
    }
    let trees: Vec<TokenTree> = body.into_iter().map(|tree| in_group(tree, without_move)).collect();
    if !is_traced(&trees) {
        return trees.into_iter().collect();
    }
    match block(&trees) {
        Some(place) => replaced(trees, place, |block| with_stream(&block, inner_without_move)),
        None => sync_without_move(trees),
    }
}

/// The block that the attribute made a future of, in a body that it wrote.
pub(crate) fn block_in(body: &TokenStream) -> Option<Group> {
    let trees: Vec<TokenTree> = body.clone().into_iter().collect();
    let place = block(&trees).filter(|_| is_traced(&trees))?;
    match &trees[place] {
        TokenTree::Group(outer) => Some(innermost(outer)),
        _ => None,
    }
}

/// The same body around other statements: what makes the span, these, and what awaits them.
pub(crate) fn split(body: &TokenStream, within: TokenStream) -> [TokenStream; 3] {
    let mut trees: Vec<TokenTree> = body.clone().into_iter().collect();
    let Some(place) = block(&trees) else { return [TokenStream::new(), body.clone(), TokenStream::new()] };
    let after = trees.split_off(place + 1);
    let start = trees.iter().rposition(|tree| is_word(tree, "let")).unwrap_or_default();
    let future = trees.split_off(start);
    let around = |group: Group| {
        let inner: Vec<TokenTree> = group.stream().into_iter().collect();
        let within = match awaited(&inner) {
            Some(place) => replaced(inner, place, |block| with_stream(&block, |_| within)),
            None => within,
        };
        with_stream(&group, |_| within)
    };
    let place = future.len() - 1;
    [trees.into_iter().collect(), replaced(future, place, around), after.into_iter().collect()]
}

fn innermost(outer: &Group) -> Group {
    let inner: Vec<TokenTree> = outer.stream().into_iter().collect();
    match awaited(&inner).map(|place| &inner[place]) {
        Some(TokenTree::Group(group)) => group.clone(),
        _ => outer.clone(),
    }
}

/// Whether the attribute wrote these statements.
fn is_traced(trees: &[TokenTree]) -> bool {
    trees.windows(2).any(|pair| is_word(&pair[0], "let") && is_word(&pair[1], SPAN))
}

/// Where the block of `let __tracing_instrument_future = async move { … }` is.
fn block(trees: &[TokenTree]) -> Option<usize> {
    let name = trees.iter().position(|tree| is_word(tree, FUTURE))?;
    let is_block = |tree: Option<&TokenTree>| matches!(tree, Some(TokenTree::Group(_)));
    [name + 3, name + 4].into_iter().find(|place| is_word_at(trees, name + 2, "async") && is_block(trees.get(*place)))
}

/// Where the user's block is, if what is around it looks at its result.
fn awaited(trees: &[TokenTree]) -> Option<usize> {
    let start = trees.iter().position(|tree| is_word(tree, "async"))?;
    let place = if is_word_at(trees, start + 1, "move") { start + 2 } else { start + 1 };
    let opens = match start {
        1 => is_word(&trees[0], "match"),
        3 => is_word(&trees[1], "__match_scrutinee") || is_word(&trees[1], "x"),
        _ => false,
    };
    let is_looked_at = mentions(trees.iter().skip(place + 1).cloned().collect(), "tracing");
    (opens && is_looked_at && is_word_at(trees, place + 2, "await")).then_some(place)
}

fn inner_without_move(stream: TokenStream) -> TokenStream {
    let trees: Vec<TokenTree> = stream.into_iter().collect();
    match awaited(&trees) {
        Some(place) => replaced(trees, place, |block| block),
        None => trees.into_iter().collect(),
    }
}

/// The trees with another group at `place`, and without a `move` before it.
fn replaced(trees: Vec<TokenTree>, place: usize, group: impl FnOnce(Group) -> Group) -> TokenStream {
    let mut group = Some(group);
    let mut kept = Vec::with_capacity(trees.len());
    for (index, tree) in trees.into_iter().enumerate() {
        match tree {
            TokenTree::Ident(word) if index + 1 == place && word == "move" => {}
            TokenTree::Group(old) if index == place => {
                kept.extend(group.take().map(|group| TokenTree::Group(group(old))));
            }
            other => kept.push(other),
        }
    }
    kept.into_iter().collect()
}

/// `(move || { … })()` without the `move`.
fn sync_without_move(trees: Vec<TokenTree>) -> TokenStream {
    let is_called = |index: usize, trees: &[TokenTree]| matches!(trees.get(index + 1), Some(TokenTree::Group(call)) if call.stream().is_empty());
    let place = (0..trees.len()).find(|index| match &trees[*index] {
        TokenTree::Group(closure) => starts_with_move(closure) && is_called(*index, &trees),
        _ => false,
    });
    match place {
        Some(place) => replaced(trees, place, |closure| with_stream(&closure, |it| it.into_iter().skip(1).collect())),
        None => trees.into_iter().collect(),
    }
}

fn starts_with_move(group: &Group) -> bool {
    group.stream().into_iter().next().is_some_and(|first| is_word(&first, "move"))
}

fn in_group(tree: TokenTree, act: impl FnOnce(TokenStream) -> TokenStream) -> TokenTree {
    match tree {
        TokenTree::Group(group) => TokenTree::Group(with_stream(&group, act)),
        other => other,
    }
}

fn with_stream(group: &Group, act: impl FnOnce(TokenStream) -> TokenStream) -> Group {
    let mut changed = Group::new(group.delimiter(), act(group.stream()));
    changed.set_span(group.span());
    changed
}

fn is_word_at(trees: &[TokenTree], place: usize, word: &str) -> bool {
    trees.get(place).is_some_and(|tree| is_word(tree, word))
}

fn is_word(tree: &TokenTree, word: &str) -> bool {
    matches!(tree, TokenTree::Ident(ident) if ident == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calm(body: &str) -> String {
        without_move(body.parse().expect("tokens")).to_string()
    }

    fn same(body: &str) -> String {
        body.parse::<TokenStream>().expect("tokens").to_string()
    }

    #[test]
    fn the_attributes_own_blocks_lose_their_move_and_the_users_keep_it() {
        for (given, expected) in [
            ("async move { async move { a }.await }", "async { async move { a }.await }"),
            (
                "async move { match async move { move || a }.await { Ok(x) => ::tracing::event!(x) } }",
                "async { match async { move || a }.await { Ok(x) => ::tracing::event!(x) } }",
            ),
            (
                "async move { let x = async move { a }.await; ::tracing::event!(x); x }",
                "async { let x = async { a }.await; ::tracing::event!(x); x }",
            ),
            ("async move { let x = async move { a }.await; x }", "async { let x = async move { a }.await; x }"),
        ] {
            let body = |future: &str| {
                let span = "let __tracing_attr_span = span!(move || 3);";
                format!("{span} let __tracing_instrument_future = {future}; if f() {{ g() }}")
            };
            assert_eq!(calm(&body(given)), same(&body(expected)));
            let nested = body(&format!("async move {{ {{ {} }} }}", body(given)));
            let expected = body(&format!("async {{ {{ {} }} }}", body(expected)));
            assert_eq!(calm(&nested), same(&expected));
        }
        assert_eq!(
            calm("let __tracing_attr_span; match (move || { move || a })() { Ok(x) => x }"),
            same("let __tracing_attr_span; match (|| { move || a })() { Ok(x) => x }"),
        );
    }

    #[test]
    fn other_bodies_stay() {
        for body in ["let f = async move { a }; f.await", "(move || a)()", "let __tracing_attr_span = 3; f(move || 3)"]
        {
            assert_eq!(calm(body), same(body));
        }
    }
}
