//! The stack: the attribute that expands first takes in those of ours below it. No `cfg_attr` is left among them: the
//! compiler resolves all of an item's before it runs the first attribute.

pub(crate) mod marker;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Attribute, Meta, Path, parse_quote};

use crate::diagnostics::Errors;
use crate::layers::Kind;
use crate::layers::Layer;
use crate::model::AsyncBlock;
use crate::parse::args::Args;
use crate::parse::future::rename_self;

/// The facade's library name: a path that begins with it is one of our attributes.
const FACADE: &str = "resilient";

/// The attributes of one function in reading order: the first is the outermost.
pub(crate) struct Stack {
    /// Where the facade is found: `::resilient`, or what `crate = …` says.
    pub(crate) krate: Path,
    pub(crate) layers: Vec<Box<dyn Layer>>,
    /// The paths of the attributes that the first one absorbed, as the user wrote them.
    pub(crate) absorbed: Vec<Path>,
}

pub(crate) struct Absorbed {
    pub(crate) stack: Stack,
    /// For each layer whether all of its settings could be read; rules about what is missing wait for that.
    pub(crate) complete: Vec<bool>,
    /// The attributes that are not ours, in order.
    pub(crate) others: Vec<Attribute>,
}

/// Reads the first attribute, whose path a macro is not given, and those of ours below it.
pub(crate) fn absorb(first: (Kind, Span), args: TokenStream, attrs: Vec<Attribute>, errors: &mut Errors) -> Absorbed {
    let prefixes = prefixes(&args, &attrs);
    let mut reader = Reader { errors, krate: None, layers: Vec::new(), complete: Vec::new(), absorbed: Vec::new() };
    reader.layer(first.0, args, first.1);
    let mut others = Vec::new();
    for attr in attrs {
        if let Some(kind) = ours(attr.path(), &prefixes) {
            reader.attribute(kind, &attr.meta);
            reader.absorbed.push(attr.path().clone());
        } else {
            others.push(attr);
        }
    }
    let krate = reader.krate.unwrap_or_else(|| parse_quote!(::resilient));
    let stack = Stack { krate, layers: reader.layers, absorbed: reader.absorbed };
    Absorbed { stack, complete: reader.complete, others }
}

/// What the user wrote in attributes of ours, with `self` under the name that an async block gave it. Attributes of
/// other crates read a function that still has its `self`.
pub(crate) fn renamed(
    async_block: Option<&AsyncBlock>,
    args: TokenStream,
    mut attrs: Vec<Attribute>,
) -> (TokenStream, Vec<Attribute>) {
    if async_block.is_none() {
        return (args, attrs);
    }
    let prefixes = prefixes(&args, &attrs);
    for attr in attrs.iter_mut().filter(|attr| ours(attr.path(), &prefixes).is_some()) {
        if let Meta::List(list) = &mut attr.meta {
            list.tokens = rename_self(async_block, std::mem::take(&mut list.tokens));
        }
    }
    (rename_self(async_block, args), attrs)
}

struct Reader<'a> {
    errors: &'a mut Errors,
    krate: Option<Path>,
    layers: Vec<Box<dyn Layer>>,
    complete: Vec<bool>,
    absorbed: Vec<Path>,
}

impl Reader<'_> {
    fn attribute(&mut self, kind: Kind, meta: &Meta) {
        let span = meta.path().span();
        match meta {
            Meta::Path(_) => self.layer(kind, TokenStream::new(), span),
            Meta::List(list) => self.layer(kind, list.tokens.clone(), span),
            Meta::NameValue(pair) => {
                let name = kind.name();
                self.errors.over(pair, format!("the settings of `{name}` stand in parentheses: write `#[{name}(…)]`"));
            }
        }
    }

    fn layer(&mut self, kind: Kind, args: TokenStream, span: Span) {
        let before = self.errors.len();
        let mut args = Args::split(args, self.errors);
        self.set_crate(args.krate.take());
        self.layers.push(kind.parse(args, span, self.errors));
        self.complete.push(self.errors.len() == before);
    }

    fn set_crate(&mut self, path: Option<Path>) {
        let Some(path) = path else { return };
        match &self.krate {
            Some(known) if text(known) != text(&path) => {
                let message =
                    format!("`crate` is `{}` in an attribute above: write the same, or give it once", text(known));
                self.errors.over(&path, message);
            }
            _ => self.krate = Some(path),
        }
    }
}

/// The names before which an attribute's name is ours: the facade's own, and those that `crate = …` gives it.
fn prefixes(first: &TokenStream, attrs: &[Attribute]) -> Vec<String> {
    let below = attrs.iter().filter(|attr| named_as_ours(attr.path()).is_some()).filter_map(|attr| match &attr.meta {
        Meta::List(list) => Some(&list.tokens),
        Meta::Path(_) | Meta::NameValue(_) => None,
    });
    let given = std::iter::once(first).chain(below).filter_map(|args| {
        let path = Args::split(args.clone(), &mut Errors::default()).krate?;
        path.segments.last().map(|segment| segment.ident.to_string())
    });
    std::iter::once(FACADE.to_owned()).chain(given).collect()
}

fn named_as_ours(path: &Path) -> Option<Kind> {
    let last = path.segments.last()?;
    Kind::ALL.iter().copied().find(|kind| last.ident == kind.name())
}

/// Which attribute of ours this path names, if it does.
fn ours(path: &Path, prefixes: &[String]) -> Option<Kind> {
    let kind = named_as_ours(path)?;
    let before = path.segments.iter().rev().nth(1);
    before.is_none_or(|segment| prefixes.iter().any(|prefix| segment.ident == prefix)).then_some(kind)
}

fn text(path: &Path) -> String {
    path.to_token_stream().to_string().replace(' ', "")
}
