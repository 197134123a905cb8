//! The methods of an `impl`, and which of them a stack acts on.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt};
use resilient_rules::words::suggestion;
use syn::{Error, Result, ReturnType};

use super::impl_items::{ImplItem, Method};
use crate::absorb::has_apply;
use crate::diagnostics::Errors;
use crate::expand::result_type::result_arguments;
use crate::parse::function::{Item, ungrouped};
use crate::parse::future;
use crate::stack_call::options::Selection;

pub(super) struct Methods {
    /// What stands before the braces.
    pub(super) head: Item,
    braces: Group,
    items: Vec<ImplItem>,
}

impl Methods {
    /// Of an `impl` as a whole.
    pub(super) fn parse(item: TokenStream) -> Result<Self> {
        let mut trees: Vec<TokenTree> = ungrouped(item).into_iter().collect();
        match trees.pop() {
            Some(TokenTree::Group(braces)) if braces.delimiter() == Delimiter::Brace => {
                let items = ImplItem::all(braces.stream())?;
                Ok(Self { head: Item::parse(trees.into_iter().collect())?, braces, items })
            }
            other => {
                let end = other.map_or_else(Span::call_site, |tree| tree.span());
                Err(Error::new(end, "expected the methods of the `impl` in braces"))
            }
        }
    }

    /// For each item whether the stack acts on it; `stack` is where the user names it.
    pub(super) fn chosen(&self, selection: &Selection, stack: &impl ToTokens, errors: &mut Errors) -> Vec<bool> {
        let names: Vec<String> =
            self.items.iter().filter_map(ImplItem::method).map(|method| method.sig.ident.to_string()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let before = errors.len();
        for given in selection.only.iter().flatten().chain(&selection.except) {
            let text = given.to_string();
            if !names.contains(&text.as_str()) {
                errors.over(given, format!("this `impl` has no method `{text}`: {}", suggestion(&text, &names)));
            }
        }
        let is_chosen = |item: &ImplItem| item.method().is_some_and(|method| method.is_chosen(selection));
        let chosen: Vec<bool> = self.items.iter().map(is_chosen).collect();
        if errors.len() == before && !chosen.contains(&true) {
            let message = "no method here is one that the stack acts on, which are async and return a `Result`: write \
                           `all` for sync ones as well, name methods in `only(…)`, or remove `apply`";
            errors.over(stack, message);
        }
        chosen
    }

    /// The `impl`, with an attribute on each method that is chosen, made for the place of its name.
    pub(super) fn with(self, chosen: &[bool], attribute: impl Fn(Span) -> TokenStream) -> TokenStream {
        let mut within = TokenStream::new();
        for (one, is_chosen) in self.items.into_iter().zip(chosen) {
            match one {
                ImplItem::Method(method) if *is_chosen => {
                    let attribute = attribute(method.sig.ident.span());
                    method.under(attribute, &mut within);
                }
                ImplItem::Method(method) => method.under(TokenStream::new(), &mut within),
                ImplItem::Other(tokens) => within.extend(tokens),
            }
        }
        let mut braces = Group::new(Delimiter::Brace, within);
        braces.set_span(self.braces.span());
        let mut tokens = self.head.into_token_stream();
        tokens.append(braces);
        tokens
    }
}

impl Method {
    fn is_chosen(&self, selection: &Selection) -> bool {
        let name = &self.sig.ident;
        if has_apply(&self.attrs) {
            return false;
        }
        match &selection.only {
            Some(only) => only.contains(name),
            None => !selection.except.contains(name) && self.is_meant(selection.all),
        }
    }

    /// Whether it returns a `Result`, as far as its tokens show, and is async; `sync` methods are meant as well.
    fn is_meant(&self, sync: bool) -> bool {
        // What another attribute has made return a boxed future was async.
        let future = future::output(&self.sig);
        let is_async = self.sig.asyncness.is_some() || future.is_some();
        let returns_result = match (&future, &self.sig.output) {
            (Some(ty), _) => result_arguments(ty).is_some(),
            (None, ReturnType::Type(_, ty)) => result_arguments(ty).is_some(),
            (None, ReturnType::Default) => false,
        };
        (is_async || sync) && returns_result
    }
}
