//! `__stack!`: what a stack's macro calls, with what the stack consists of and the call that `#[apply]` wrote.

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt, quote};
use syn::parse::{ParseStream, Parser};
use syn::{Result, braced, parenthesized};

use super::merge::merge;
use super::methods::Methods;
use crate::absorb::has_apply;
use crate::absorb::written::Written;
use crate::attribute::with_errors;
use crate::diagnostics::Errors;
use crate::parse::args::Args;
use crate::parse::function::Item;
use crate::stack_call::call::{Call, bracketed, layers};
use crate::stack_call::options::Options;

/// Stands in place of the layers of a stack that has errors: they are reported where it is defined.
pub(super) const BROKEN: &str = "broken";

/// Stands before the call if the function is a method of the `impl` that the stack is applied to.
pub(super) const METHOD: &str = "method";

/// The stack itself, in the form `(FACADE) [layers]` or `(FACADE) broken`.
pub(super) struct Stack {
    pub(super) facade: TokenStream,
    pub(super) layers: Option<Vec<Written>>,
}

impl Stack {
    pub(super) fn parse(input: ParseStream) -> Result<Self> {
        let facade;
        parenthesized!(facade in input);
        let facade = facade.parse()?;
        let layers = match input.parse::<Option<Ident>>()? {
            Some(_) => None,
            None => Some(layers(&bracketed(input)?)?),
        };
        Ok(Self { facade, layers })
    }
}

impl ToTokens for Stack {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.append(Group::new(Delimiter::Parenthesis, self.facade.clone()));
        match &self.layers {
            Some(layers) => tokens.append(Group::new(Delimiter::Bracket, quote!(#(#layers)*))),
            None => tokens.append(Ident::new(BROKEN, Span::call_site())),
        }
    }
}

/// Expands `__stack!`.
pub(crate) fn stack(input: TokenStream) -> TokenStream {
    let read = |input: ParseStream| {
        let (stack, call) = (Stack::parse(input)?, Call::parse(input)?);
        let item;
        braced!(item in input);
        Ok((stack, call, item.parse::<TokenStream>()?))
    };
    match read.parse2(input).and_then(|(stack, call, item)| Ok((stack, call, Item::parse(item)?))) {
        Ok((stack, call, item)) => on_item(&stack, &call, item),
        Err(error) => {
            let message = "a stack is applied to a function or an `impl` by `#[resilient::apply(…)]`";
            syn::Error::new(error.span(), message).into_compile_error()
        }
    }
}

fn on_item(stack: &Stack, call: &Call, item: Item) -> TokenStream {
    let words = item.rest.clone().into_iter().filter_map(|tree| match tree {
        TokenTree::Ident(word) => Some(word),
        _ => None,
    });
    let Some(first) = words.into_iter().find(|word| word == "fn" || word == "impl") else {
        return item.into_token_stream();
    };
    if first == "fn" {
        // As a function that the user annotated there.
        let place = first.span().located_at(call.place());
        let applied = applied(place, stack, call, None);
        return quote!(#applied #item);
    }
    let mut errors = Errors::default();
    let options = Options::parse(call.options.clone(), &mut errors);
    if let Some(second) = item.attrs.iter().find(|attr| has_apply(std::slice::from_ref(attr))) {
        errors
            .over(second, "the methods of an `impl` take one stack: write a stack of both, or name one at each method");
    }
    let methods = errors.keep(Methods::parse(&item));
    let chosen = methods.as_ref().map(|methods| methods.chosen(&options.selection, &call.path, &mut errors));
    check(stack, options, call, &mut errors);
    match methods.zip(chosen) {
        Some((methods, chosen)) if errors.is_empty() => {
            let method = Ident::new(METHOD, Span::call_site());
            methods.with(&item, &chosen, |place| applied(place, stack, call, Some(&method)))
        }
        _ => with_errors(item, errors),
    }
}

/// The attribute of one function. The compiler says that the function is there, as in `functions()` and in messages.
fn applied(place: Span, stack: &Stack, call: &Call, method: Option<&Ident>) -> TokenStream {
    let facade = &stack.facade;
    let mut attribute = Group::new(Delimiter::Bracket, quote!(#facade::apply(#stack #method #call)));
    attribute.set_span(place);
    let mut pound = Punct::new('#', Spacing::Alone);
    pound.set_span(place);
    [TokenTree::Punct(pound), attribute.into()].into_iter().collect()
}

/// Reports once what would be wrong with the settings at each of the methods.
fn check(stack: &Stack, options: Options, call: &Call, errors: &mut Errors) {
    let Some(layers) = stack.layers.as_ref().filter(|_| errors.is_empty() && !options.overrides.is_empty()) else {
        return;
    };
    let mut layers = layers.clone();
    merge(&mut layers, options.overrides, &call.name(), errors);
    if errors.is_empty() {
        settings(&layers, errors);
    }
}

/// Reads the settings of each layer, and checks them by the rules about that layer alone.
pub(super) fn settings(layers: &[Written], errors: &mut Errors) {
    for Written { kind, span, args, .. } in layers {
        let before = errors.len();
        let args = Args::split(args.clone(), errors);
        let layer = kind.parse(args, *span, errors);
        layer.check(errors.len() == before, errors);
    }
}
