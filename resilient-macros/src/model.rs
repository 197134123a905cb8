//! The function, and the values that settings have: plain values with their spans, no tokens to emit.

use std::collections::HashSet;
use std::time::Duration;

use proc_macro2::{Ident, Span, TokenStream};
use syn::ext::IdentExt;
use syn::{Attribute, Expr, Pat, Signature, Token, Type, Visibility};

/// The annotated function. Its body is kept as the user wrote it and never parsed.
pub(crate) struct Function {
    /// Attributes that are not ours, in order.
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    /// What the pipeline acts on; with an `async_block`, that block seen as a function.
    pub(crate) sig: Signature,
    /// The tokens between the braces.
    pub(crate) body: TokenStream,
    pub(crate) braces: Braces,
    /// What stands around the body if it is not the function's own block.
    pub(crate) async_block: Option<AsyncBlock>,
    /// The arguments that the body takes away because an attribute above has rewritten it.
    pub(crate) taken: HashSet<String>,
}

/// The annotated static, from its visibility on.
pub(crate) struct StaticItem {
    pub(crate) vis: Visibility,
    pub(crate) keyword: Token![static],
    /// What was written in its place.
    pub(crate) constant: Option<Token![const]>,
    pub(crate) mutability: Option<Token![mut]>,
    pub(crate) ident: Ident,
    /// As the user declared it.
    pub(crate) ty: Type,
    /// The tokens of its value, which it must not have.
    pub(crate) value: Option<TokenStream>,
}

/// Where the braces around a body are.
#[derive(Clone, Copy)]
pub(crate) struct Braces {
    pub(crate) open: Span,
    pub(crate) both: Span,
}

/// The async block of a function that returns its future, and what stands around it.
pub(crate) struct AsyncBlock {
    /// The signature as it was.
    pub(crate) sig: Signature,
    /// The function's whole block as it was.
    pub(crate) whole: TokenStream,
    /// What stands before the block at each level of nesting: `async move`, or `Box::pin` and `async move`.
    pub(crate) opening: Vec<TokenStream>,
    /// The first statement in the block.
    pub(crate) lead: TokenStream,
    /// How the block takes over the arguments.
    pub(crate) declarations: Vec<Declaration>,
    /// What stands right before the body and after it.
    pub(crate) binding: TokenStream,
    pub(crate) trail: TokenStream,
}

/// `let PAT = VALUE;`, by which a block takes over an argument.
pub(crate) struct Declaration {
    /// Which of the inputs.
    pub(crate) input: usize,
    pub(crate) pat: Pat,
    pub(crate) value: TokenStream,
    pub(crate) takes_self: bool,
}

/// A setting's value with the span of its key, so that a message can point at either.
pub(crate) struct Setting<T> {
    pub(crate) key: Ident,
    pub(crate) value: T,
    pub(crate) value_span: Span,
}

/// A value that is known when compiled, or an expression evaluated later.
pub(crate) enum Value<T> {
    Known(T),
    Expr(Expr),
}

impl<T: Copy> Value<T> {
    /// The value, unless it is known only to the compiler, or in a call.
    pub(crate) const fn known(&self) -> Option<T> {
        match self {
            Self::Known(value) => Some(*value),
            Self::Expr(_) => None,
        }
    }
}

/// What a filter that is not given lets through, for readers.
pub(crate) const EVERY_ERROR: &str = "every error";

/// A duration without a limit.
pub(crate) const UNLIMITED: Duration = Duration::MAX;

pub(crate) type DurationSetting = Option<Setting<Value<Duration>>>;

/// Which of the function's errors a policy looks at.
pub(crate) enum Filter {
    /// `retry_on(PATTERN if GUARD)`.
    On { pattern: Pat, guard: Option<Expr> },
    /// `retry_if = PREDICATE`.
    If(Expr),
}

/// The name of shared state: an expression of type `&'static str`, usually a literal.
pub(crate) struct Name {
    pub(crate) expr: Expr,
    pub(crate) literal: Option<String>,
}

/// Which stack an attribute comes from.
#[derive(Clone)]
pub(crate) struct StackId {
    /// Its name where it is defined.
    pub(crate) name: Ident,
    /// A word that no other stack of the program has.
    pub(crate) place: Ident,
}

impl StackId {
    /// As a registration names it: `upstream __resilient_upstream_1f_7`.
    pub(crate) fn text(&self) -> String {
        format!("{} {}", self.name.unraw(), self.place)
    }
}

/// The known value, or the default where it may be assumed.
pub(crate) fn effective<T: Copy>(setting: Option<&Setting<Value<T>>>, default: Option<T>) -> Option<T> {
    match setting {
        Some(Setting { value: Value::Known(value), .. }) => Some(*value),
        Some(_) => None,
        None => default,
    }
}

impl Filter {
    /// What is evaluated to know whether an error matches, if there is anything.
    pub(crate) const fn evaluated(&self) -> Option<&Expr> {
        match self {
            Self::On { guard, .. } => guard.as_ref(),
            Self::If(predicate) => Some(predicate),
        }
    }
}
