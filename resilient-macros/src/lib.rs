//! The attribute macros of `resilient`.

mod attribute;
mod diagnostics;
mod expand;
mod model;
mod parse;
mod validate;

use proc_macro::TokenStream;

use crate::attribute::attribute;
use crate::model::Kind;

/// Retry.
#[proc_macro_attribute]
pub fn retry(args: TokenStream, item: TokenStream) -> TokenStream {
    attribute(Kind::Retry, args.into(), item.into()).into()
}

/// Breaker.
#[proc_macro_attribute]
pub fn circuit_breaker(args: TokenStream, item: TokenStream) -> TokenStream {
    attribute(Kind::CircuitBreaker, args.into(), item.into()).into()
}

/// Timeout.
#[proc_macro_attribute]
pub fn timeout(args: TokenStream, item: TokenStream) -> TokenStream {
    attribute(Kind::Timeout, args.into(), item.into()).into()
}

/// Bulkhead.
#[proc_macro_attribute]
pub fn bulkhead(args: TokenStream, item: TokenStream) -> TokenStream {
    attribute(Kind::Bulkhead, args.into(), item.into()).into()
}

/// Fallback.
#[proc_macro_attribute]
pub fn fallback(args: TokenStream, item: TokenStream) -> TokenStream {
    attribute(Kind::Fallback, args.into(), item.into()).into()
}
