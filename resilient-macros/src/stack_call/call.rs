//! The call of a stack, which the stack's macro passes on as it is.

use proc_macro2::{Delimiter, Group, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt};
use syn::parse::{ParseBuffer, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Error, Meta, Path, Result, Token};

use crate::absorb::written::Written;

/// The name that stands for no stack.
pub(crate) const NONE: &str = "none";

/// What stands between the parentheses of `#[apply(…)]`.
pub(crate) enum Apply {
    /// `none`
    Nothing,
    Stack {
        path: Path,
        options: TokenStream,
    },
}

impl Apply {
    /// `attribute` is the place of the whole.
    pub(crate) fn parse(args: TokenStream, attribute: Span) -> Result<Self> {
        let place = args.clone().into_iter().next().map_or(attribute, |first| first.span());
        let read = |input: ParseStream| {
            let path = Path::parse_mod_style(input).map_err(|_| no_name(place))?;
            if !input.is_empty() && input.parse::<Option<Token![,]>>()?.is_none() {
                return Err(input.error("expected a `,` before this"));
            }
            Ok((path, input.parse::<TokenStream>()?))
        };
        let (path, options) = read.parse2(args)?;
        if !path.is_ident(NONE) {
            return Ok(Self::Stack { path, options });
        }
        match options.into_iter().next() {
            None => Ok(Self::Nothing),
            Some(option) => Err(Error::new(option.span(), "`none` applies nothing: remove what stands behind it")),
        }
    }

    /// What a whole attribute says.
    pub(crate) fn of(attr: &Attribute) -> Result<Self> {
        match &attr.meta {
            Meta::List(list) => Self::parse(list.tokens.clone(), attr.path().span()),
            Meta::Path(_) | Meta::NameValue(_) => Err(no_name(attr.path().span())),
        }
    }
}

fn no_name(place: Span) -> Error {
    let message = "`apply` needs the name of a stack: write `#[apply(upstream)]`, and the stack as `resilient::policy! { \
                   upstream = #[retry] #[timeout(2s)]; }`";
    Error::new(place, message)
}

/// A call of a stack, in the form `[path] [above] [options] [absorbed]`; behind it stands the item in braces.
pub(crate) struct Call {
    /// The stack, as the user names it.
    pub(crate) path: Path,
    /// The attributes above `apply`.
    pub(crate) above: Vec<Written>,
    /// What stands behind the stack's name.
    pub(crate) options: TokenStream,
    /// The paths of attributes that are absorbed already.
    pub(crate) absorbed: Vec<Path>,
}

impl Call {
    pub(crate) fn parse(input: ParseStream) -> Result<Self> {
        Ok(Self {
            path: bracketed(input)?.call(Path::parse_mod_style)?,
            above: layers(&bracketed(input)?)?,
            options: bracketed(input)?.parse()?,
            absorbed: Punctuated::<Path, Token![,]>::parse_terminated(&bracketed(input)?)?.into_iter().collect(),
        })
    }

    /// `upstream! { … { item } }`
    pub(crate) fn of(&self, item: impl ToTokens) -> TokenStream {
        let mut within = self.to_token_stream();
        within.append(Group::new(Delimiter::Brace, item.into_token_stream()));
        let mut within = Group::new(Delimiter::Brace, within);
        within.set_span(self.place());
        let mut not = Punct::new('!', Spacing::Alone);
        not.set_span(self.place());
        self.path.to_token_stream().into_iter().chain([not.into(), TokenTree::Group(within)]).collect()
    }

    /// The name of the stack, without the path to it.
    pub(crate) fn name(&self) -> String {
        self.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default()
    }

    /// Where the stack is named.
    pub(crate) fn place(&self) -> Span {
        self.path.segments.last().map_or_else(Span::call_site, |last| last.ident.span())
    }
}

impl ToTokens for Call {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { path, above, options, absorbed } = self;
        let absorbed: Punctuated<&Path, Token![,]> = absorbed.iter().collect();
        let above: TokenStream = above.iter().map(ToTokens::to_token_stream).collect();
        for part in [path.to_token_stream(), above, options.clone(), absorbed.to_token_stream()] {
            tokens.append(Group::new(Delimiter::Bracket, part));
        }
    }
}

/// The attributes until the end.
pub(crate) fn layers(input: ParseStream) -> Result<Vec<Written>> {
    let mut layers = Vec::new();
    while !input.is_empty() {
        layers.push(input.parse()?);
    }
    Ok(layers)
}

/// What stands between the brackets that come next.
pub(crate) fn bracketed(input: ParseStream<'_>) -> Result<ParseBuffer<'_>> {
    let content;
    syn::bracketed!(content in input);
    Ok(content)
}
