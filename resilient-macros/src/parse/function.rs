//! The annotated item: a signature that is parsed, a body that is not.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt};
use syn::parse::{ParseStream, Parser};
use syn::{AttrStyle, Attribute, Result, Signature, Token, Visibility, braced, token};

use super::future::{BlockAsFunction, block_as_function};
use super::rewritten::taken;
use super::static_item;
use super::traced::without_move;
use crate::model::{AsyncBlock, Braces, Function, StaticItem};

/// An item and its attributes, ours and those of other crates, apart.
pub(crate) struct Item {
    pub(crate) attrs: Vec<Attribute>,
    /// The item from its visibility on.
    pub(crate) rest: TokenStream,
}

impl Item {
    pub(crate) fn parse(tokens: TokenStream) -> Result<Self> {
        (|input: ParseStream| Ok(Self { attrs: input.call(Attribute::parse_outer)?, rest: input.parse()? }))
            .parse2(ungrouped(tokens))
    }
}

impl ToTokens for Item {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.append_all(&self.attrs);
        tokens.extend(self.rest.clone());
    }
}

/// What an item without its attributes is.
pub(crate) enum Shape {
    /// With only the attributes that stood inside it.
    Function(Box<Function>),
    /// A method that a trait only declares.
    Declaration(Box<Signature>),
    Static(Box<StaticItem>),
    /// Anything else.
    NoFunction,
}

impl Shape {
    /// What stands around the body if it is not the function's own block.
    pub(crate) fn async_block(&self) -> Option<&AsyncBlock> {
        match self {
            Self::Function(function) => function.async_block.as_ref(),
            Self::Declaration(_) | Self::Static(_) | Self::NoFunction => None,
        }
    }

    pub(crate) fn parse(rest: TokenStream) -> Result<Self> {
        (|input: ParseStream| {
            let vis = input.parse()?;
            if static_item::is_static(input) {
                return Ok(Self::Static(Box::new(static_item::parse(vis, input)?)));
            }
            if !is_function(input) {
                input.parse::<TokenStream>()?;
                return Ok(Self::NoFunction);
            }
            let sig = Box::new(input.parse()?);
            if input.parse::<Option<Token![;]>>()?.is_some() {
                return Ok(Self::Declaration(sig));
            }
            let content;
            let brace: token::Brace = braced!(content in input);
            let braces = Braces { open: brace.span.open(), both: brace.span.join() };
            Ok(Self::Function(Box::new(Function::of(vis, *sig, content.parse()?, braces))))
        })
        .parse2(rest)
    }
}

impl Function {
    /// The function as it is or, if it returns the future of one async block, that block.
    fn of(vis: Visibility, sig: Signature, body: TokenStream, braces: Braces) -> Self {
        let mut attrs = Vec::new();
        let body = without_inner(&mut attrs, body);
        match block_as_function(&sig, &body) {
            Some(BlockAsFunction { sig, body, braces, async_block }) => {
                let body = without_move(without_inner(&mut attrs, body));
                let taken = taken(&sig, &body);
                Self { attrs, vis, sig, body, braces, async_block: Some(async_block), taken }
            }
            None => {
                let body = without_move(body);
                let taken = taken(&sig, &body);
                Self { attrs, vis, sig, body, braces, async_block: None, taken }
            }
        }
    }
}

/// The body without the `#![…]` at its start, where generated statements will stand: they act as well above the
/// function.
fn without_inner(attrs: &mut Vec<Attribute>, body: TokenStream) -> TokenStream {
    let split = |input: ParseStream| Ok((Attribute::parse_inner(input)?, input.parse()?));
    match split.parse2(body.clone()) {
        Ok((inner, rest)) => {
            attrs.extend(inner.into_iter().map(|attr| Attribute { style: AttrStyle::Outer, ..attr }));
            rest
        }
        // An inner attribute that cannot be read stays in the body.
        Err(_) => body,
    }
}

/// Whether a `fn` stands before anything that could hold one.
fn is_function(input: ParseStream) -> bool {
    let ahead = input.fork();
    while let Ok(token) = ahead.parse::<TokenTree>() {
        match token {
            TokenTree::Ident(word) if word == "fn" => return true,
            TokenTree::Ident(word)
                if ["const", "async", "unsafe", "safe", "extern", "default"].iter().any(|it| word == it) => {}
            TokenTree::Literal(_) => {}
            _ => return false,
        }
    }
    false
}

/// A `macro_rules!` fragment arrives in one invisible group.
pub(crate) fn ungrouped(tokens: TokenStream) -> TokenStream {
    let mut trees = tokens.clone().into_iter();
    match (trees.next(), trees.next()) {
        (Some(TokenTree::Group(group)), None) if group.delimiter() == Delimiter::None => ungrouped(group.stream()),
        _ => tokens,
    }
}

impl ToTokens for Function {
    /// The function as it was, its body untouched.
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.append_all(&self.attrs);
        self.vis.to_tokens(tokens);
        let (sig, body) = match &self.async_block {
            Some(async_block) => (&async_block.sig, &async_block.whole),
            None => (&self.sig, &self.body),
        };
        sig.to_tokens(tokens);
        let mut body = Group::new(Delimiter::Brace, body.clone());
        body.set_span(self.braces.both);
        tokens.append(body);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(source: &str) -> Function {
        match Shape::parse(source.parse().expect("tokens")) {
            Ok(Shape::Function(function)) => *function,
            _ => panic!("no function"),
        }
    }

    #[test]
    fn inner_attributes_move_above_the_function() {
        for source in [
            "fn f() { #![allow(dead_code)] #![doc = \"inside\"] body }",
            "fn f() -> impl Future<Output = u8> { #![allow(dead_code)] async move { #![doc = \"inside\"] body } }",
        ] {
            let function = function(source);
            let attrs: Vec<String> = function.attrs.iter().map(|attr| attr.to_token_stream().to_string()).collect();
            assert_eq!(attrs, ["# [allow (dead_code)]", "# [doc = \"inside\"]"]);
            assert_eq!(function.body.to_string(), "body");
        }
    }

    #[test]
    fn what_only_begins_like_an_inner_attribute_stays() {
        assert_eq!(function("fn f() { #! }").body.to_string().replace(' ', ""), "#!");
        assert_eq!(function("fn f() { #[allow(dead_code)] let x = 5; }").attrs.len(), 0);
    }
}
