//! Collects errors.

use std::fmt::Display;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

/// All errors of one function, reported at once, so that nobody fixes one mistake only to meet the next.
#[derive(Default)]
pub(crate) struct Errors(Vec<syn::Error>);

impl Errors {
    /// Reports at one token; `span` must be that of a single token to be shown whole on stable compilers.
    pub(crate) fn at(&mut self, span: Span, message: impl Display) {
        self.0.push(syn::Error::new(span, message));
    }

    /// Reports at everything from the first to the last of `tokens`.
    pub(crate) fn over(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.0.push(syn::Error::new_spanned(tokens, message));
    }

    pub(crate) fn push(&mut self, error: syn::Error) {
        self.0.push(error);
    }

    /// The value, or nothing after noting the error.
    pub(crate) fn keep<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    /// All of them as one, if there are any.
    pub(crate) fn into_result(self) -> syn::Result<()> {
        let joined = self.0.into_iter().reduce(|mut all, next| {
            all.combine(next);
            all
        });
        joined.map_or(Ok(()), Err)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    #[cfg(test)]
    pub(crate) fn messages(&self) -> Vec<String> {
        self.0.iter().map(ToString::to_string).collect()
    }

    /// One `compile_error!` for each.
    pub(crate) fn into_tokens(self) -> TokenStream {
        self.0.iter().map(syn::Error::to_compile_error).collect()
    }
}

/// Moves an error about the end of `tokens` to the last of them: syn gives it no span of its own.
pub(crate) fn placed(error: syn::Error, tokens: impl FnOnce() -> TokenStream) -> syn::Error {
    let message = error.to_string();
    let Some(expected) = message.strip_prefix("unexpected end of input, ") else { return error };
    match tokens().into_iter().last() {
        Some(last) => syn::Error::new(last.span(), format!("{expected} after this")),
        None => error,
    }
}
