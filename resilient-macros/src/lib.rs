//! The attribute macros of `resilient-toolkit`. Depend on that crate instead: it re-exports them as `resilient::retry`
//! and so on, and has [the documentation](https://docs.rs/resilient-toolkit) of each. Here are only the tables of their
//! settings.

mod absorb;
mod attribute;
mod describe;
mod diagnostics;
mod expand;
mod facts;
#[cfg(test)]
mod fuzz_tests;
mod layers;
mod model;
mod parse;
mod pattern;
mod pipeline;
mod settings;
#[cfg(test)]
mod tests;
mod tokens;
mod validate;

use proc_macro::TokenStream;

use crate::attribute::attribute;
use crate::layers::Kind;

#[doc = include_str!("../docs/retry.md")]
#[proc_macro_attribute]
pub fn retry(args: TokenStream, item: TokenStream) -> TokenStream {
    attribute(Kind::Retry, args.into(), item.into()).into()
}

#[doc = include_str!("../docs/circuit_breaker.md")]
#[proc_macro_attribute]
pub fn circuit_breaker(args: TokenStream, item: TokenStream) -> TokenStream {
    attribute(Kind::CircuitBreaker, args.into(), item.into()).into()
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

#[doc = include_str!("../docs/fallback.md")]
#[proc_macro_attribute]
pub fn fallback(args: TokenStream, item: TokenStream) -> TokenStream {
    attribute(Kind::Fallback, args.into(), item.into()).into()
}
