//! Filters: which of the function's errors a policy looks at.

use proc_macro2::TokenStream;
use syn::parse::ParseStream;
use syn::{Error, Expr, Pat, Result, Token};

use super::setting::{FromSetting, Key, Read};
use super::value::{Callable, parse_all};
use crate::diagnostics::Errors;
use crate::model::{Filter, Setting};

/// `retry_on(PATTERN if GUARD)`.
pub(crate) struct Matching {
    pattern: Pat,
    guard: Option<Expr>,
}

impl FromSetting for Matching {
    const FORM: &'static str = "(PATTERN)";

    fn from_tokens(key: &Key, tokens: TokenStream) -> Result<Self> {
        if tokens.is_empty() {
            let message = format!("`{key}()` matches no error: write a pattern, as in `{key}(Error::Io(_))`");
            return Err(Error::new(key.span(), message));
        }
        parse_all(tokens, |input| Self::parse(key, input))
    }
}

impl Matching {
    fn parse(key: &Key, input: ParseStream) -> Result<Self> {
        let pattern = Pat::parse_multi_with_leading_vert(input)?;
        let guard = if input.parse::<Option<Token![if]>>()?.is_some() { Some(input.parse()?) } else { None };
        input.parse::<Option<Token![,]>>()?;
        if !input.is_empty() {
            return Err(input.error(format!("`{key}` takes one pattern: join several with `|`")));
        }
        Ok(Self { pattern, guard })
    }
}

/// The one filter of the two ways to give it.
pub(crate) fn either(
    on: Option<Read<Matching>>,
    predicate: Option<Read<Callable>>,
    errors: &mut Errors,
) -> Option<Setting<Filter>> {
    let on = errors.take(on);
    let predicate = errors.take(predicate);
    if let (Some(on), Some(predicate)) = (&on, &predicate) {
        let message = format!(
            "`{on}` and `{predicate}` filter the same errors: keep one; a pattern takes a guard too, \
             as in `{on}(PATTERN if GUARD)`",
            on = on.key,
            predicate = predicate.key,
        );
        errors.at(predicate.key.span(), message);
    }
    let on = on.map(|on| on.map(|matching| Filter::On { pattern: matching.pattern, guard: matching.guard }));
    on.or_else(|| predicate.map(|predicate| predicate.map(|Callable(expr)| Filter::If(expr))))
}
