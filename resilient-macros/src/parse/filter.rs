//! Filters: which of the function's errors a policy looks at.

use proc_macro2::TokenStream;
use syn::parse::ParseStream;
use syn::{Error, Expr, Pat, Result, Token};

use super::setting::{FromSetting, Key};
use super::value::{Callable, in_parentheses, parse_all};
use crate::model::Filter;

/// `retry_on(PATTERN if GUARD)`.
pub(crate) struct Matching;

impl FromSetting for Matching {
    const FORM: &'static str = "(PATTERN)";

    type Output = Filter;

    fn from_tokens(key: &Key, tokens: TokenStream) -> Result<Filter> {
        if tokens.is_empty() {
            let message = format!("`{key}()` matches no error: write a pattern, as in `{key}(Error::Io(_))`");
            return Err(Error::new(key.span(), message));
        }
        parse_all(tokens, |input| matching(key, input))
    }
}

fn matching(key: &Key, input: ParseStream) -> Result<Filter> {
    let pattern = Pat::parse_multi_with_leading_vert(input)?;
    let guard = if input.parse::<Option<Token![if]>>()?.is_some() { Some(input.parse()?) } else { None };
    input.parse::<Option<Token![,]>>()?;
    if !input.is_empty() {
        return Err(input.error(format!("`{key}` takes one pattern: join several with `|`")));
    }
    Ok(Filter::On { pattern, guard })
}

/// `retry_if = PREDICATE`.
pub(crate) struct Predicate;

impl FromSetting for Predicate {
    const FORM: &'static str = Callable::FORM;

    type Output = Filter;

    fn from_tokens(key: &Key, tokens: TokenStream) -> Result<Filter> {
        Err(in_parentheses(key, tokens))
    }

    fn from_expr(key: &Key, value: &Expr) -> Result<Filter> {
        Callable::from_expr(key, value).map(Filter::If)
    }
}
