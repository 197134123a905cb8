//! Filters: which of the function's errors a policy looks at.

use proc_macro2::{Ident, TokenStream};
use syn::ext::IdentExt;
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
    match variable(&pattern).filter(|_| guard.is_none()) {
        Some(variable) => Err(Error::new(variable.span(), matches_everything(key, variable))),
        None => Ok(Filter::On { pattern, guard }),
    }
}

/// A word that binds whatever error there is, where a variant is meant. Behind it a guard would look at the error.
fn variable(pattern: &Pat) -> Option<&Ident> {
    match pattern {
        Pat::Ident(binding) if binding.subpat.is_none() => {
            Some(&binding.ident).filter(|name| name.unraw().to_string().starts_with(char::is_lowercase))
        }
        Pat::Or(or) => or.cases.iter().find_map(variable),
        Pat::Paren(inner) => variable(&inner.pat),
        _ => None,
    }
}

fn matches_everything(key: &Key, variable: &Ident) -> String {
    format!(
        "`{variable}` is a variable here, which matches every error: write a variant, as in `{key}(Error::Io(_))`, a \
         guard behind it, as in `{key}({variable} if {variable}.is_transient())`, or `_` for every error"
    )
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
