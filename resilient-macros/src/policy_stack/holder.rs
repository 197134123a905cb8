//! What an item is, by its first words: its bodies are not read on the way to the stack.

use proc_macro2::{Delimiter, Ident, TokenTree};

pub(super) enum Holder {
    /// With its `fn`.
    Function(Ident),
    Impl,
    /// With its `trait`.
    Trait(Ident),
    /// Anything else, and what it begins with.
    Other(Option<TokenTree>),
}

/// What stands before `fn`, `impl` and `trait`.
const MODIFIERS: [&str; 8] = ["pub", "crate", "const", "async", "unsafe", "safe", "extern", "default"];

impl Holder {
    pub(super) fn of(item: impl Iterator<Item = TokenTree>) -> Self {
        let mut trees = item.peekable();
        while let Some(TokenTree::Punct(_)) = trees.peek() {
            // An attribute.
            trees.next();
            trees.next();
        }
        let first = trees.peek().cloned();
        for tree in trees {
            match tree {
                TokenTree::Ident(word) if word == "fn" => return Self::Function(word),
                TokenTree::Ident(word) if word == "impl" => return Self::Impl,
                TokenTree::Ident(word) if word == "trait" => return Self::Trait(word),
                TokenTree::Ident(word) if MODIFIERS.iter().any(|known| word == known) => {}
                // What a macro was given.
                TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
                    match Self::of(group.stream().into_iter()) {
                        // A visibility, which may be empty.
                        Self::Other(None) => {}
                        Self::Other(Some(TokenTree::Ident(word))) if word == "pub" => {}
                        Self::Other(_) => break,
                        found => return found,
                    }
                }
                // The place of a `pub(in …)`, and the name of an ABI.
                TokenTree::Group(_) | TokenTree::Literal(_) => {}
                _ => break,
            }
        }
        Self::Other(first)
    }
}
