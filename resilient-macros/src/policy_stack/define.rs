//! `policy!`: a macro for each stack, which adds what the stack consists of to a call of it.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use resilient_rules::words::suggestion;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Error, Path, Result, Token, Visibility, parse_quote, parse2};

use super::paths::absolute;
use super::stack::{Stack, settings};
use crate::absorb::in_parentheses;
use crate::absorb::written::{Written, named_as_ours};
use crate::describe::described::Described;
use crate::describe::rustdoc;
use crate::diagnostics::Errors;
use crate::facts::Facts;
use crate::layers::{Kind, Layer};
use crate::model::StackId;
use crate::parse::args::Args;
use crate::stack_call::call::NONE;

/// A stack as it is written: `/// doc` `pub(crate) upstream = #[retry] #[timeout(2s)]`.
struct Definition {
    /// What documents it, or says when it is there.
    attrs: Vec<Attribute>,
    vis: Visibility,
    name: Ident,
    layers: Vec<Attribute>,
}

/// Expands `policy!`. The first token is the facade's `$crate`; `place` gives a word that no other line of the program
/// has.
pub(crate) fn policy(input: TokenStream, place: impl Fn(Span) -> String) -> TokenStream {
    let mut errors = Errors::default();
    let mut trees = input.into_iter();
    let facade: TokenStream = trees.next().into_iter().collect();
    let trees: Vec<TokenTree> = trees.collect();
    let is_end = |tree: &TokenTree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == ';');
    let stacks = trees.split(is_end).filter(|stack| !stack.is_empty());
    let macros = stacks.map(|stack| {
        let tokens: TokenStream = stack.iter().cloned().collect();
        match Definition::parse.parse2(tokens.clone()) {
            Ok(definition) => definition.expand(&facade, &place, &mut errors),
            Err(error) => {
                errors.push(error);
                salvaged(stack, &facade, &place)
            }
        }
    });
    let macros: Vec<TokenStream> = macros.collect();
    if macros.is_empty() {
        errors.at(Span::call_site(), "`policy!` defines stacks: write `upstream = #[retry] #[timeout(2s)];`");
    }
    let errors = errors.into_tokens();
    quote!(#(#macros)* #errors)
}

impl Definition {
    fn parse(input: ParseStream) -> Result<Self> {
        let (attrs, vis) = (input.call(Attribute::parse_outer)?, input.parse()?);
        let name: Ident = input.parse()?;
        if !input.peek(Token![=]) {
            let message = format!("a stack is written as `{name} = #[retry] #[timeout(2s)];`");
            return Err(Error::new(name.span(), message));
        }
        input.parse::<Token![=]>()?;
        let layers = input.call(Attribute::parse_outer)?;
        match input.parse::<Option<TokenTree>>()? {
            None => Ok(Self { attrs, vis, name, layers }),
            Some(other) => Err(Error::new(other.span(), "a stack is a list of attributes, and a `;` at its end")),
        }
    }

    fn expand(&self, facade: &TokenStream, place: &impl Fn(Span) -> String, errors: &mut Errors) -> TokenStream {
        let before = errors.len();
        let Self { name, layers, .. } = self;
        if name == NONE {
            errors.at(name.span(), "`#[apply(none)]` applies nothing: give the stack another name");
        } else if layers.is_empty() {
            errors.at(name.span(), format!("the stack has no attributes: write `{name} = #[retry];`"));
        }
        let written: Vec<Written> = layers.iter().filter_map(|attr| errors.keep(layer(attr))).collect();
        settings(&written, errors);
        let id = stack_id(name, place);
        let absolute = written.iter().map(|layer| {
            let args = absolute(layer.args.clone(), errors);
            Written { args, of_stack: Some(id.clone()), ..layer.clone() }
        });
        let absolute: Vec<Written> = absolute.collect();
        let is_broken = errors.len() > before;
        let description = (!is_broken).then(|| description(&self.attrs, &written));
        let stack = Stack { facade: facade.clone(), layers: (!is_broken).then_some(absolute) };
        self.exported(&stack, description.as_ref(), &id)
    }

    /// The macro, and its name in this module.
    fn exported(&self, stack: &Stack, description: Option<&TokenStream>, id: &StackId) -> TokenStream {
        let Self { attrs, vis, .. } = self;
        let StackId { name, place: hidden } = id;
        let cfg: Vec<_> = attrs.iter().filter(|attr| attr.path().is_ident("cfg")).collect();
        // A macro is private, or known to every crate.
        let export = matches!(vis, Visibility::Public(_)).then(|| quote!(#[macro_export]));
        let facade = &stack.facade;
        let registration = stack.layers.as_ref().map(|_| registration(facade, id, &cfg));
        let (here, dollar) = (Span::mixed_site(), Token![$](Span::mixed_site()));
        let rule = quote_spanned!(here=> (#dollar (#dollar call:tt)*) => {
            #facade::__stack! { #stack #dollar (#dollar call)* }
        });
        quote_spanned! {here=>
            #(#attrs)*
            #description
            #[doc(hidden)]
            #[allow(unused_macros)]
            #export
            macro_rules! #hidden { #rule }
            #(#cfg)*
            #[doc(inline)]
            #[allow(unused_imports)]
            #vis use #hidden as #name;
            #registration
        }
    }
}

/// A stack, and the name of its macro, which no other line of the program has.
fn stack_id(name: &Ident, place: &impl Fn(Span) -> String) -> StackId {
    let hidden = format_ident!("__resilient_{}_{}", name, place(name.span()), span = name.span());
    StackId { name: name.clone(), place: hidden }
}

/// The registration of a stack, by which a configuration finds the module and the line of its definition.
fn registration(facade: &TokenStream, id: &StackId, cfg: &[&Attribute]) -> TokenStream {
    let text = id.text();
    quote_spanned! {Span::mixed_site()=>
        #(#cfg)*
        const _: () = {
            use #facade::private as __resilient_pipeline;
            __resilient_pipeline::inventory::submit! {
                __resilient_pipeline::StackRegistration {
                    id: #text,
                    module: ::core::module_path!(),
                    file: ::core::file!(),
                    line: ::core::line!(),
                }
            }
        };
    }
}

/// One of our attributes in a stack.
fn layer(attr: &Attribute) -> Result<Written> {
    let path = attr.path();
    let Some(kind) = named_as_ours(path) else { return Err(Error::new_spanned(path, no_layer(path))) };
    Written::of(kind, attr).ok_or_else(|| Error::new_spanned(&attr.meta, in_parentheses(kind.name())))
}

fn no_layer(path: &Path) -> String {
    let text = path.to_token_stream().to_string().replace(' ', "");
    let known: Vec<&str> = Kind::names_on_functions().collect();
    match text.as_str() {
        "doc" => "a stack is documented above its name: move this there".to_owned(),
        "apply" => "a stack holds attributes, not other stacks: write them out".to_owned(),
        _ => format!(
            "`{text}` is no attribute of `resilient`, and a stack holds no others: {}",
            suggestion(&text, &known)
        ),
    }
}

/// The paragraph that a function with these layers has.
fn description(attrs: &[Attribute], written: &[Written]) -> TokenStream {
    let none = &mut Errors::default();
    let read = |Written { kind, span, args, .. }: &Written| kind.parse(Args::split(args.clone(), none), *span, none);
    let layers: Vec<Box<dyn Layer>> = written.iter().map(read).collect();
    let facts: Vec<Facts> = layers.iter().map(|layer| layer.facts()).collect();
    let described: Vec<Described> =
        facts.iter().zip(&layers).map(|(facts, layer)| Described::new(facts, &**layer)).collect();
    rustdoc::paragraph(attrs, &described)
}

/// A macro of the name that a stack would have, if it could be read, so that its uses are not errors as well.
fn salvaged(stack: &[TokenTree], facade: &TokenStream, place: &impl Fn(Span) -> String) -> TokenStream {
    let equals = stack.iter().position(|tree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == '='));
    let name = equals.unwrap_or(stack.len()).checked_sub(1).and_then(|index| stack.get(index));
    // A keyword is no name.
    let Ok(name) = parse2::<Ident>(name.into_token_stream()) else { return TokenStream::new() };
    let id = stack_id(&name, place);
    let definition = Definition { attrs: Vec::new(), vis: parse_quote!(pub(crate)), name, layers: Vec::new() };
    definition.exported(&Stack { facade: facade.clone(), layers: None }, None, &id)
}
