//! The stack: the attribute that expands first takes in those of ours below it. No `cfg_attr` is left among them: the
//! compiler resolves all of an item's before it runs the first attribute.

pub(crate) mod marker;
pub(crate) mod written;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, Meta, Path, parse_quote};

use self::written::{Written, named_as_ours};
use crate::diagnostics::Errors;
use crate::layers::{Kind, Layer};
use crate::model::{AsyncBlock, StackId};
use crate::parse::args::Args;
use crate::parse::function_name::FunctionName;
use crate::parse::future::rename_self;
use crate::tokens::mentions;

/// The facade's library name: a path that begins with it is one of our attributes.
const FACADE: &str = "resilient";

/// Puts a stack's layers on a function.
const APPLY: &str = "apply";

/// The attributes of one function in reading order: the first is the outermost.
pub(crate) struct Stack {
    /// Where the facade is found: `::resilient`, or what `crate = …` says.
    pub(crate) krate: Path,
    /// What an attribute calls the function.
    pub(crate) function: Option<FunctionName>,
    pub(crate) layers: Vec<Box<dyn Layer>>,
    /// For each layer the stack for many functions that it comes from.
    pub(crate) origins: Vec<Option<StackId>>,
    /// The paths of the attributes that the first one absorbed, as the user wrote them.
    pub(crate) absorbed: Vec<Path>,
}

/// What the first attribute brings with it: itself, or all that a stack consists of.
#[derive(Default)]
pub(crate) struct First {
    pub(crate) layers: Vec<Written>,
    /// Where the facade is found unless an attribute says otherwise.
    pub(crate) krate: Option<Path>,
    /// What the stack's options call the function.
    pub(crate) function: Option<FunctionName>,
    /// The paths of attributes that are absorbed already.
    pub(crate) absorbed: Vec<Path>,
    /// Whether an `#[apply(…)]` below takes its place, as that of a method does for the one of its `impl`.
    pub(crate) yields: bool,
    /// Whether it stands on a static, not on a function.
    pub(crate) on_static: bool,
}

pub(crate) struct Absorbed {
    pub(crate) stack: Stack,
    /// For each layer whether all of its settings could be read; rules about what is missing wait for that.
    pub(crate) complete: Vec<bool>,
    /// The attributes that are not ours, in order.
    pub(crate) others: Vec<Attribute>,
}

/// Reads what the first attribute brings, and those of ours below it.
pub(crate) fn absorb(first: First, attrs: Vec<Attribute>, errors: &mut Errors) -> Absorbed {
    let prefixes = prefixes(&first.layers, &attrs);
    let First { layers, krate: default, function, absorbed, on_static, .. } = first;
    let (read, complete, of_stack) = (Vec::new(), Vec::new(), Vec::new());
    let mut reader = Reader { errors, on_static, krate: None, function, layers: read, complete, of_stack, absorbed };
    for written in layers {
        reader.layer(written);
    }
    let mut others = Vec::new();
    for attr in attrs {
        if let Some(kind) = ours(attr.path(), &prefixes) {
            reader.attribute(kind, &attr);
            reader.absorbed.push(attr.path().clone());
        } else {
            others.push(attr);
        }
    }
    let krate = reader.krate.or(default).unwrap_or_else(|| parse_quote!(::resilient));
    let Reader { function, layers, of_stack: origins, absorbed, complete, .. } = reader;
    Absorbed { stack: Stack { krate, function, layers, origins, absorbed }, complete, others }
}

/// What the user wrote in attributes of ours, with `self` under the name that an async block gave it. Attributes of
/// other crates read a function that still has its `self`.
pub(crate) fn rename_self_in(async_block: Option<&AsyncBlock>, first: &mut First, attrs: &mut [Attribute]) {
    if async_block.is_none() {
        return;
    }
    let prefixes = prefixes(&first.layers, attrs);
    for attr in attrs.iter_mut().filter(|attr| ours(attr.path(), &prefixes).is_some()) {
        if let Meta::List(list) = &mut attr.meta {
            list.tokens = rename_self(async_block, std::mem::take(&mut list.tokens));
        }
    }
    for written in &mut first.layers {
        written.args = rename_self(async_block, std::mem::take(&mut written.args));
    }
}

/// An `#[apply(…)]` among the attributes below the first one: those of ours above it go to its stack with the first.
pub(crate) struct ApplyBelow {
    pub(crate) apply: Attribute,
    /// What is left on the function.
    pub(crate) others: Vec<Attribute>,
}

/// Takes the first `#[apply(…)]`, and what is ours above it.
pub(crate) fn take_apply(first: &mut First, attrs: &[Attribute]) -> Option<ApplyBelow> {
    let prefixes = prefixes(&first.layers, attrs);
    let place = attrs.iter().position(|attr| is_apply(attr.path(), &prefixes))?;
    let mut others = Vec::new();
    for attr in &attrs[..place] {
        match ours(attr.path(), &prefixes).and_then(|kind| Written::of(kind, attr)) {
            Some(written) => {
                first.layers.push(written);
                first.absorbed.push(attr.path().clone());
            }
            None => others.push(attr.clone()),
        }
    }
    first.absorbed.push(attrs[place].path().clone());
    others.extend_from_slice(&attrs[place + 1..]);
    Some(ApplyBelow { apply: attrs[place].clone(), others })
}

/// Whether a method has a stack of its own, or says that it has none.
pub(crate) fn has_apply(attrs: &[Attribute]) -> bool {
    let prefixes = prefixes(&[], attrs);
    attrs.iter().any(|attr| is_apply(attr.path(), &prefixes))
}

fn is_apply(path: &Path, prefixes: &[String]) -> bool {
    is_named_apply(path) && is_behind(path, prefixes)
}

fn is_named_apply(path: &Path) -> bool {
    path.segments.last().is_some_and(|last| last.ident == APPLY)
}

fn is_named_as_ours(path: &Path) -> bool {
    named_as_ours(path).is_some() || is_named_apply(path)
}

/// What to write in place of `#[retry = …]`.
pub(crate) fn in_parentheses(attribute: &str) -> String {
    format!("the settings of `{attribute}` stand in parentheses: write `#[{attribute}(…)]`")
}

struct Reader<'a> {
    errors: &'a mut Errors,
    on_static: bool,
    krate: Option<Path>,
    function: Option<FunctionName>,
    layers: Vec<Box<dyn Layer>>,
    complete: Vec<bool>,
    of_stack: Vec<Option<StackId>>,
    absorbed: Vec<Path>,
}

impl Reader<'_> {
    fn attribute(&mut self, kind: Kind, attr: &Attribute) {
        if let Some(written) = Written::of(kind, attr) {
            self.layer(written);
        } else {
            self.errors.over(&attr.meta, in_parentheses(kind.name()));
        }
    }

    fn layer(&mut self, Written { kind, span, args, of_stack }: Written) {
        let before = self.errors.len();
        let mut args = Args::split(args, self.errors);
        args.on_static = self.on_static;
        self.set_crate(args.krate.take());
        self.set_function(args.function.take());
        self.layers.push(kind.parse(args, span, self.errors));
        self.complete.push(self.errors.len() == before);
        self.of_stack.push(of_stack);
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

    fn set_function(&mut self, name: Option<FunctionName>) {
        let Some(name) = name else { return };
        match &self.function {
            _ if self.on_static => {
                let message = "`function` names a function, and this is a static: write `name = \"…\"`";
                self.errors.at(name.key, message);
            }
            Some(known) if known.text != name.text => {
                let message =
                    format!("`function` is {:?} in another attribute: write the same, or give it once", known.text);
                self.errors.at(name.value, message);
            }
            _ => self.function = Some(name),
        }
    }
}

/// The names before which an attribute's name is ours: the facade's own, and those that `crate = …` gives it.
fn prefixes(first: &[Written], attrs: &[Attribute]) -> Vec<String> {
    let below = attrs.iter().filter(|attr| is_named_as_ours(attr.path())).filter_map(|attr| match &attr.meta {
        Meta::List(list) => Some(&list.tokens),
        Meta::Path(_) | Meta::NameValue(_) => None,
    });
    let given = first.iter().map(|written| &written.args).chain(below).filter_map(|args| {
        let path = krate(args)?;
        path.segments.last().map(|segment| segment.ident.to_string())
    });
    std::iter::once(FACADE.to_owned()).chain(given).collect()
}

/// What `crate = …` says, which few attributes have.
fn krate(args: &TokenStream) -> Option<Path> {
    let says_so = mentions(args.clone(), "crate");
    says_so.then(|| Args::split(args.clone(), &mut Errors::default()).krate).flatten()
}

/// Which attribute of ours this path names, if it does.
fn ours(path: &Path, prefixes: &[String]) -> Option<Kind> {
    named_as_ours(path).filter(|_| is_behind(path, prefixes))
}

/// Whether an attribute's name stands alone, or behind one of these.
fn is_behind(path: &Path, prefixes: &[String]) -> bool {
    let before = path.segments.iter().rev().nth(1);
    before.is_none_or(|segment| prefixes.iter().any(|prefix| segment.ident == prefix))
}

fn text(path: &Path) -> String {
    path.to_token_stream().to_string().replace(' ', "")
}
