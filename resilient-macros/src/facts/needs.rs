//! Which arguments are needed once the body has run: those that an expression in a setting names. The body cannot take
//! these away, and what takes an argument with it takes a copy of them.

use std::collections::HashSet;

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Expr, LitStr, parse2};

use crate::model::{Filter, Setting};
use crate::pattern::bindings;

#[derive(Clone)]
pub(crate) enum Needs {
    /// The body runs again, or a function is called with the same arguments.
    Everything,
    /// What is called so.
    Named(HashSet<String>),
}

impl Needs {
    /// Whether the argument of this name is among them.
    pub(crate) fn has(&self, name: &Ident) -> bool {
        match self {
            Self::Everything => true,
            Self::Named(names) => names.contains(&name.unraw().to_string()),
        }
    }

    pub(crate) fn nothing() -> Self {
        Self::Named(HashSet::new())
    }

    pub(crate) fn join(all: impl IntoIterator<Item = Self>) -> Self {
        let mut joined = HashSet::new();
        for needs in all {
            match needs {
                Self::Everything => return Self::Everything,
                Self::Named(names) => joined.extend(names),
            }
        }
        Self::Named(joined)
    }

    pub(crate) fn of_filter(filter: Option<&Setting<Filter>>) -> Self {
        match filter.map(|filter| &filter.value) {
            Some(Filter::If(predicate)) => Self::of(predicate),
            Some(Filter::On { guard: Some(guard), .. }) => Self::of(guard),
            Some(Filter::On { guard: None, .. }) | None => Self::nothing(),
        }
    }

    pub(crate) fn of_setting(setting: Option<&Setting<Expr>>) -> Self {
        setting.map_or_else(Self::nothing, |setting| Self::of(&setting.value))
    }

    /// What a handle or a value is taken from: it is borrowed until the body has run.
    pub(crate) fn of_held(held: Option<&Expr>) -> Self {
        held.map_or_else(Self::nothing, Self::of)
    }

    /// All words of an expression, whatever they mean there, but what a closure's own arguments hide.
    pub(crate) fn of(expr: &Expr) -> Self {
        let mut names = HashSet::new();
        match expr {
            Expr::Closure(closure) => {
                words(closure.body.to_token_stream(), false, &mut names);
                for hidden in closure.inputs.iter().flat_map(bindings) {
                    names.remove(&hidden.ident.unraw().to_string());
                }
            }
            other => words(other.to_token_stream(), false, &mut names),
        }
        Self::Named(names)
    }
}

/// The words of a piece of code at any depth.
pub(crate) fn words_of(code: &impl ToTokens) -> HashSet<String> {
    let mut found = HashSet::new();
    words(code.to_token_stream(), false, &mut found);
    found
}

/// The words of some tokens at any depth and, in what is given to a macro, those in the braces of a string: it may be a
/// format.
fn words(tokens: TokenStream, in_macro: bool, found: &mut HashSet<String>) {
    let mut follows_bang = false;
    for token in tokens {
        let follows = std::mem::replace(&mut follows_bang, false);
        match token {
            TokenTree::Ident(word) => drop(found.insert(word.unraw().to_string())),
            TokenTree::Group(group) => words(group.stream(), in_macro || follows, found),
            TokenTree::Punct(punct) => follows_bang = punct.as_char() == '!',
            TokenTree::Literal(literal) if in_macro => {
                if let Ok(text) = parse2::<LitStr>(TokenTree::Literal(literal).into()) {
                    captures(&text.value(), found);
                }
            }
            TokenTree::Literal(_) => {}
        }
    }
}

/// `id`, `width` and `precision` of `"{id:>width$.precision$}"`.
fn captures(format: &str, found: &mut HashSet<String>) {
    for placeholder in format.split('{').skip(1) {
        let inside = placeholder.split('}').next().unwrap_or_default();
        let words = inside.split(|letter: char| !(letter.is_alphanumeric() || letter == '_'));
        let is_name = |word: &&str| word.starts_with(|first: char| first.is_alphabetic() || first == '_');
        found.extend(words.filter(is_name).map(str::to_owned));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(expr: &str) -> Vec<String> {
        match Needs::of(&syn::parse_str(expr).expect("an expression")) {
            Needs::Everything => panic!("{expr} needs everything"),
            Needs::Named(names) => {
                let mut names: Vec<String> = names.into_iter().collect();
                names.sort();
                names
            }
        }
    }

    #[test]
    fn an_expression_names_its_words_at_any_depth() {
        assert_eq!(names("f(self.a, &[b])"), ["a", "b", "f", "self"]);
        assert_eq!(names("S { id, r#type: 3 }"), ["S", "id", "type"]);
        assert_eq!(names("vec![g!(id)]"), ["g", "id", "vec"]);
        assert!(names("0").is_empty());
    }

    #[test]
    fn a_closure_hides_what_it_binds() {
        assert_eq!(names("|error| f(error, id)"), ["f", "id"]);
        assert_eq!(names("|S { id, .. }: &S| move || id + other"), ["move", "other"]);
        assert!(names("|_| 0").is_empty());
    }

    #[test]
    fn a_format_captures_names() {
        assert_eq!(names(r#"format!("of {id:?} and {0:>width$.r#prec$}", 3)"#), ["format", "id", "prec", "r", "width"]);
        assert_eq!(names(r##"own!(r#"{id}"#)"##), ["id", "own"]);
        assert_eq!(names(r#"Err(format!("{id}"))"#), ["Err", "format", "id"]);
        assert_eq!(names(r#"f("{id}")"#), ["f"]);
    }
}
