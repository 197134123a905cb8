//! The stack as the first attribute of a function: `#[apply((FACADE) …)]`, which `__stack!` writes.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::{Ident, Result, parse2};

use super::hygiene::of_function;
use super::merge::merge;
use super::stack::Stack;
use crate::absorb::First;
use crate::attribute::{defined, expand, with_errors};
use crate::diagnostics::Errors;
use crate::stack_call::call::Call;
use crate::stack_call::options::Options;

struct Applied {
    stack: Stack,
    /// Whether the stack is applied to the `impl`.
    is_method: bool,
    call: Call,
}

impl Applied {
    fn parse(input: ParseStream) -> Result<Self> {
        let stack = Stack::parse(input)?;
        Ok(Self { stack, is_method: input.parse::<Option<Ident>>()?.is_some(), call: Call::parse(input)? })
    }
}

/// Whether `__stack!` has written these arguments of `apply`, and no user.
pub(super) fn is_applied(args: &TokenStream) -> bool {
    matches!(args.clone().into_iter().next(), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis)
}

/// Expands it on the function `item`; `here` is the place of the attribute, with its hygiene.
pub(super) fn applied(args: TokenStream, item: TokenStream, here: Span) -> TokenStream {
    let mut errors = Errors::default();
    let Some(Applied { stack, is_method, call }) = errors.keep(Applied::parse.parse2(args)) else {
        return with_errors(item, errors);
    };
    let Some(mut layers) = stack.layers else { return defined(call.absorbed, item) };
    for layer in &mut layers {
        layer.span = layer.span.resolved_at(here);
        layer.args = of_function(here, std::mem::take(&mut layer.args));
    }
    let options = Options::parse(call.options.clone(), &mut errors);
    if !is_method {
        options.for_function(&mut errors);
    }
    merge(&mut layers, options.overrides, &call.name(), &mut errors);
    let krate = options.krate.or_else(|| parse2(stack.facade).ok());
    let layers = call.above.into_iter().chain(layers).collect();
    let (absorbed, function) = (call.absorbed, options.function);
    expand("apply", |_| First { layers, krate, function, absorbed, yields: is_method, on_static: false }, errors, item)
}
