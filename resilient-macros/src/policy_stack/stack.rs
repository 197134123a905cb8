//! `__stack!`: what a stack's macro calls, with what the stack consists of and the call that `#[apply]` wrote.

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt, quote};
use syn::parse::{ParseStream, Parser};
use syn::{Error, Result, parenthesized};

use super::holder::Holder;
use super::merge::merge;
use super::methods::Methods;
use crate::absorb::has_apply;
use crate::absorb::written::Written;
use crate::attribute::with_errors;
use crate::diagnostics::Errors;
use crate::parse::args::Args;
use crate::stack_call::call::{Call, bracketed, layers};
use crate::stack_call::options::Options;
use crate::validate;

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
    let read = |input: ParseStream| Ok((Stack::parse(input)?, Call::parse(input)?));
    let mut trees: Vec<TokenTree> = input.into_iter().collect();
    let item = trees.pop();
    let Some((item, Ok((stack, call)))) =
        item.as_ref().and_then(braces).zip(Some(read.parse2(trees.into_iter().collect())))
    else {
        let message = "a stack is applied to a function or an `impl` by `#[resilient::apply(…)]`";
        return Error::new_spanned(item, message).into_compile_error();
    };
    match Holder::of(item.clone().into_iter()) {
        Holder::Function(word) => {
            // As a function that the user annotated where the stack is named.
            let applied = applied(word.span().located_at(call.place()), &stack, &call, None);
            quote!(#applied #item)
        }
        Holder::Impl | Holder::Trait(_) | Holder::Other(_) => on_impl(&stack, &call, item),
    }
}

fn braces(tree: &TokenTree) -> Option<TokenStream> {
    match tree {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Some(group.stream()),
        _ => None,
    }
}

fn on_impl(stack: &Stack, call: &Call, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let options = Options::parse(call.options.clone(), &mut errors);
    options.for_impl(&mut errors);
    let Some(methods) = errors.keep(Methods::parse(item.clone())) else { return with_errors(item, errors) };
    if let Some(second) = methods.head.attrs.iter().find(|attr| has_apply(std::slice::from_ref(attr))) {
        errors
            .over(second, "the methods of an `impl` take one stack: write a stack of both, or name one at each method");
    }
    let chosen = methods.chosen(&options.selection, &call.path, &mut errors);
    check(stack, options, call, &mut errors);
    if !errors.is_empty() {
        return with_errors(item, errors);
    }
    let method = Ident::new(METHOD, Span::call_site());
    methods.with(&chosen, |place| applied(place, stack, call, Some(&method)))
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
        if let Some(name) = &args.function {
            let message = "a stack is for many functions, and `function` names one: write it where the stack is applied, as \
                           in `#[apply(upstream, function = \"Client::user\")]`";
            errors.at(name.key, message);
        }
        let layer = kind.parse(args, *span, errors);
        validate::check_alone(&*layer, &layer.facts(), errors.len() == before, errors);
    }
}
