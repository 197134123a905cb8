#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod absorb;
mod attribute;
mod budget;
mod describe;
mod diagnostics;
mod expand;
mod facts;
#[cfg(test)]
mod fuzz_tests;
mod handle;
mod layers;
mod model;
mod parse;
mod pattern;
mod per_key;
mod pipeline;
mod policy_stack;
mod settings;
mod stack_call;
#[cfg(test)]
mod tests;
mod tokens;
mod validate;

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use proc_macro::{Span, TokenStream};

use crate::attribute::attribute;
use crate::layers::Kind;

#[doc = include_str!("../docs/retry.md")]
#[proc_macro_attribute]
pub fn retry(args: TokenStream, item: TokenStream) -> TokenStream {
    attribute(Kind::Retry, args.into(), item.into()).into()
}

#[doc = include_str!("../docs/hedge.md")]
#[proc_macro_attribute]
pub fn hedge(args: TokenStream, item: TokenStream) -> TokenStream {
    attribute(Kind::Hedge, args.into(), item.into()).into()
}

#[doc = include_str!("../docs/circuit_breaker.md")]
#[proc_macro_attribute]
pub fn circuit_breaker(args: TokenStream, item: TokenStream) -> TokenStream {
    attribute(Kind::CircuitBreaker, args.into(), item.into()).into()
}

#[doc = include_str!("../docs/adaptive_throttle.md")]
#[proc_macro_attribute]
pub fn adaptive_throttle(args: TokenStream, item: TokenStream) -> TokenStream {
    attribute(Kind::AdaptiveThrottle, args.into(), item.into()).into()
}

#[doc = include_str!("../docs/rate_limit.md")]
#[proc_macro_attribute]
pub fn rate_limit(args: TokenStream, item: TokenStream) -> TokenStream {
    attribute(Kind::RateLimiter, args.into(), item.into()).into()
}

#[doc = include_str!("../docs/timeout.md")]
#[proc_macro_attribute]
pub fn timeout(args: TokenStream, item: TokenStream) -> TokenStream {
    attribute(Kind::Timeout, args.into(), item.into()).into()
}

#[doc = include_str!("../docs/bulkhead.md")]
#[proc_macro_attribute]
pub fn bulkhead(args: TokenStream, item: TokenStream) -> TokenStream {
    attribute(Kind::Bulkhead, args.into(), item.into()).into()
}

#[doc = include_str!("../docs/retry_budget.md")]
#[proc_macro_attribute]
pub fn retry_budget(args: TokenStream, item: TokenStream) -> TokenStream {
    attribute(Kind::RetryBudget, args.into(), item.into()).into()
}

#[doc = include_str!("../docs/fallback.md")]
#[proc_macro_attribute]
pub fn fallback(args: TokenStream, item: TokenStream) -> TokenStream {
    attribute(Kind::Fallback, args.into(), item.into()).into()
}

/// `#[apply]` puts the layers of a stack on a function, or on the methods of an `impl`. Its
/// [page](https://docs.rs/resilient-toolkit/latest/resilient/attr.apply.html) has its options.
#[proc_macro_attribute]
pub fn apply(args: TokenStream, item: TokenStream) -> TokenStream {
    policy_stack::apply(args.into(), item.into(), Span::call_site().into()).into()
}

/// What the facade's `policy!` calls, with its own `$crate` before the stacks.
#[doc(hidden)]
#[proc_macro]
pub fn __policy(input: TokenStream) -> TokenStream {
    policy_stack::policy(input.into(), |name| place(name.unwrap())).into()
}

/// What the macro of a stack calls.
#[doc(hidden)]
#[proc_macro]
pub fn __stack(input: TokenStream) -> TokenStream {
    policy_stack::stack(input.into()).into()
}

/// A word for the file and the line.
fn place(span: Span) -> String {
    let mut file = DefaultHasher::new();
    span.file().hash(&mut file);
    format!("{:x}_{}", file.finish(), span.line())
}
