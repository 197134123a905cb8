//! An attribute of ours as it was written: also between two macros, as `retry(max_attempts = 3)`.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{Attribute, Error, Meta, Path, Result};

use crate::layers::Kind;
use crate::model::StackId;

/// Stands before an attribute that comes from a stack, and before the two words of that, between two macros.
const OF_STACK: &str = "of_stack";

#[derive(Clone)]
pub(crate) struct Written {
    pub(crate) kind: Kind,
    /// The attribute's own path.
    pub(crate) span: Span,
    /// What stands in its parentheses.
    pub(crate) args: TokenStream,
    /// The stack that it comes from, in which a name alone is an argument of the function.
    pub(crate) of_stack: Option<StackId>,
}

impl Written {
    pub(crate) const fn new(kind: Kind, span: Span, args: TokenStream) -> Self {
        Self { kind, span, args, of_stack: None }
    }

    /// The attribute, unless it is written as `#[retry = …]`.
    pub(crate) fn of(kind: Kind, attr: &Attribute) -> Option<Self> {
        let span = attr.path().span();
        match &attr.meta {
            Meta::Path(_) => Some(Self::new(kind, span, TokenStream::new())),
            Meta::List(list) => Some(Self::new(kind, span, list.tokens.clone())),
            Meta::NameValue(_) => None,
        }
    }
}

/// Which attribute a path ends with, whatever stands before the name.
pub(crate) fn named_as_ours(path: &Path) -> Option<Kind> {
    path.segments.last().and_then(|last| named(&last.ident))
}

/// Which attribute has this name.
pub(crate) fn named(name: &Ident) -> Option<Kind> {
    Kind::ALL.iter().copied().find(|kind| name == kind.name())
}

impl Parse for Written {
    fn parse(input: ParseStream) -> Result<Self> {
        let mut name: Ident = input.parse()?;
        let mut of_stack = None;
        if name == OF_STACK {
            of_stack = Some(StackId { name: input.call(Ident::parse_any)?, place: input.parse()? });
            name = input.parse()?;
        }
        let kind = named(&name).ok_or_else(|| Error::new(name.span(), "this is no attribute of `resilient`"))?;
        match input.parse()? {
            TokenTree::Group(args) => Ok(Self { kind, span: name.span(), args: args.stream(), of_stack }),
            other => Err(Error::new(other.span(), "expected the settings in parentheses")),
        }
    }
}

impl ToTokens for Written {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        if let Some(StackId { name, place }) = &self.of_stack {
            tokens.append_all([&Ident::new(OF_STACK, self.span), name, place]);
        }
        tokens.append(Ident::new(self.kind.name(), self.span));
        tokens.append(Group::new(Delimiter::Parenthesis, self.args.clone()));
    }
}
