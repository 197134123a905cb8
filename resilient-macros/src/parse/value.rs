//! The kinds of value that several attributes share.

use std::time::Duration;

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use resilient_rules::values::{self, WITHOUT_QUOTES};
use resilient_rules::words::{did_you_mean, one_of, suggestion};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Error, Expr, ExprClosure, Lit, Result, parse2};

use super::expr_shape::{negated_number, peel, word};
use super::notation::percent;
use super::setting::{FromSetting, Key};
use crate::diagnostics::placed;
use crate::model::{Name, UNLIMITED, Value};

/// Looks a word up in the list of all that are allowed.
pub(crate) fn one_word<T: Copy>(key: &Key, value: &Expr, words: &[(&'static str, T)]) -> Result<T> {
    let names: Vec<&str> = words.iter().map(|(name, _)| *name).collect();
    let Some(given) = word(value) else {
        let message = format!("{}: write {}", values::word(key), one_of(&names));
        return Err(Error::new_spanned(value, message));
    };
    let given_text = given.unraw().to_string();
    words.iter().find(|(name, _)| *name == given_text).map(|(_, value)| *value).ok_or_else(|| {
        let message = format!("{}: {}", values::unknown(key, &given_text), suggestion(&given_text, &names));
        Error::new(given.span(), message)
    })
}

/// Reads what stands between the parentheses behind a key.
pub(crate) fn parse_all<T>(tokens: TokenStream, parser: impl FnOnce(ParseStream) -> Result<T>) -> Result<T> {
    parser.parse2(tokens.clone()).map_err(|error| placed(error, || tokens))
}

impl FromSetting for Expr {
    const FORM: &'static str = " = …";

    type Output = Self;

    fn from_expr(_: &Key, value: &Expr) -> Result<Self> {
        Ok(value.clone())
    }
}

/// The policy to start from.
pub(crate) struct PolicyExpr;

impl FromSetting for PolicyExpr {
    const FORM: &'static str = Expr::FORM;

    type Output = Expr;

    fn from_expr(key: &Key, value: &Expr) -> Result<Expr> {
        Expr::from_expr(key, value)
    }
}

impl FromSetting for Value<u32> {
    const FORM: &'static str = " = 3";

    type Output = Self;

    fn from_expr(key: &Key, value: &Expr) -> Result<Self> {
        if negated_number(value) {
            let message = format!("{}: write `{key} = 3`", values::negative(key));
            return Err(Error::new_spanned(value, message));
        }
        match peel(value) {
            Expr::Lit(literal) => count(key, &literal.lit).map(Value::Known),
            // Kinds that accept this word read it themselves.
            path if word(path).is_some_and(|word| word == "unlimited") => Err(not_whole(key, value.span())),
            _ => Ok(Value::Expr(value.clone())),
        }
    }
}

/// Whether a number is written like a count: without a suffix, or with an unsigned type.
pub(crate) fn is_count(suffix: &str) -> bool {
    matches!(suffix, "" | "u8" | "u16" | "u32" | "u64" | "u128" | "usize")
}

/// A whole number that fits.
pub(crate) fn count(key: &Key, literal: &Lit) -> Result<u32> {
    match literal {
        Lit::Int(number) if is_count(number.suffix()) => number
            .base10_parse()
            .map_err(|_| Error::new(number.span(), format!("{}: write a smaller number", values::too_large(key)))),
        _ => Err(not_whole(key, literal.span())),
    }
}

fn not_whole(key: &Key, place: Span) -> Error {
    Error::new(place, format!("{}: write `{key} = 3`", values::whole_number(key)))
}

impl FromSetting for Value<f64> {
    const FORM: &'static str = " = NUMBER";

    type Output = Self;

    fn from_expr(key: &Key, value: &Expr) -> Result<Self> {
        if negated_number(value) {
            return Err(negative(key, value));
        }
        match peel(value) {
            Expr::Lit(literal) => number(key, &literal.lit).map(Value::Known),
            _ => Ok(Value::Expr(value.clone())),
        }
    }
}

/// The error about a number below zero.
pub(crate) fn negative(key: &Key, value: &Expr) -> Error {
    Error::new_spanned(value, format!("{}: write it without the `-`", values::negative(key)))
}

/// How long a call may wait for its turn: a duration, or the word for no limit.
pub(crate) struct MaxWait;

impl FromSetting for MaxWait {
    const FORM: &'static str = " = 1s";

    type Output = Value<Duration>;

    fn from_expr(key: &Key, value: &Expr) -> Result<Self::Output> {
        match word(value) {
            Some(word) if word == "unlimited" => Ok(Value::Known(UNLIMITED)),
            Some(word) if ["forever", "infinite", "none"].iter().any(|known| word == known) => {
                let unknown = values::unknown(key, word);
                Err(Error::new(word.span(), format!("{unknown}: {}", did_you_mean("unlimited"))))
            }
            _ => <Self::Output as FromSetting>::from_expr(key, value),
        }
    }
}

/// A number, with or without a fraction.
pub(crate) fn number(key: &Key, literal: &Lit) -> Result<f64> {
    let plain = |suffix: &str| matches!(suffix, "" | "f64");
    let digits = match literal {
        Lit::Int(number) if plain(number.suffix()) => number.base10_digits(),
        Lit::Float(number) if plain(number.suffix()) => number.base10_digits(),
        _ => "",
    };
    digits.parse().map_err(|_| {
        let plain = || format!("{}: {WITHOUT_QUOTES}", values::plain_number(key));
        Error::new(literal.span(), quoted_percent(literal).unwrap_or_else(plain))
    })
}

/// What to write for `"50%"`.
fn quoted_percent(literal: &Lit) -> Option<String> {
    let Lit::Str(text) = literal else { return None };
    percent(text.value().trim().strip_suffix('%')?)
}

/// A function or a closure, called later.
pub(crate) struct Callable;

impl FromSetting for Callable {
    const FORM: &'static str = " = name_of_a_function";

    type Output = Expr;

    fn from_tokens(key: &Key, tokens: TokenStream) -> Result<Expr> {
        Err(in_parentheses(key, tokens))
    }

    fn from_expr(key: &Key, value: &Expr) -> Result<Expr> {
        match peel(value) {
            Expr::Closure(closure)
                if closure.inputs.len() != 1 && !(closure.inputs.len() == 2 && key == "retry_after") =>
            {
                let argument = argument_of(key);
                let message =
                    format!("the closure of `{key}` takes the {argument} alone: write `{key} = |{argument}| …`");
                Err(Error::new_spanned(closure, message))
            }
            callable @ (Expr::Path(_) | Expr::Closure(_)) => Ok(callable.clone()),
            _ => Err(Error::new_spanned(
                value,
                format!("`{key}` takes a function or a closure: write `{key} = name` or `{key} = |…| …`"),
            )),
        }
    }
}

/// The error about a function or closure in parentheses.
pub(crate) fn in_parentheses(key: &Key, tokens: TokenStream) -> Error {
    let form = match parse2::<ExprClosure>(tokens) {
        Ok(closure) => {
            let inputs = closure.inputs.to_token_stream().to_string();
            format!(" = |{}| …", inputs.replace(" :", ":").replace(":: ", "::").replace(" ,", ",").replace("& ", "&"))
        }
        Err(_) => Callable::FORM.to_owned(),
    };
    Error::new(key.span(), format!("`{key}` is not written like this: write `{key}{form}`"))
}

/// What a setting's function is called with.
fn argument_of(key: &Key) -> &'static str {
    match key.to_string().as_str() {
        "backoff" => "attempt",
        "retry_after_ok" => "value",
        "on_retry" | "on_give_up" | "on_hedge" => "event",
        "on_state_change" => "change",
        "map_err" => "refusal",
        filter if filter.ends_with("_if_ok") => "value",
        filter if filter.ends_with("_if_result") => "result",
        _ => "error",
    }
}

impl FromSetting for Name {
    const FORM: &'static str = " = \"…\"";

    type Output = Self;

    fn from_expr(key: &Key, value: &Expr) -> Result<Self> {
        match peel(value) {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => Ok(Self { expr: value.clone(), literal: Some(text.value()) }),
                other => Err(Error::new(other.span(), format!("`{key}` is a string: write `{key} = \"…\"`"))),
            },
            // Only the compiler knows whether a macro gives a constant; `format!` certainly does not.
            Expr::Macro(call) if call.mac.path.is_ident("format") => Err(not_constant(key, value)),
            Expr::Path(_) | Expr::Macro(_) | Expr::Const(_) => Ok(Self { expr: value.clone(), literal: None }),
            _ => Err(not_constant(key, value)),
        }
    }
}

fn not_constant(key: &Key, value: &Expr) -> Error {
    Error::new_spanned(
        value,
        format!("`{key}` is the same for all calls: write a string literal or a `const` of type `&'static str`"),
    )
}

/// A word that stands for itself, such as `cooperative`.
pub(crate) struct Flag;

impl FromSetting for Flag {
    const FORM: &'static str = "";

    type Output = Self;

    fn from_word(_: &Key) -> Result<Self> {
        Ok(Self)
    }
}

/// The name of a variable.
impl FromSetting for Ident {
    const FORM: &'static str = " = attempt";

    type Output = Self;

    fn from_expr(key: &Key, value: &Expr) -> Result<Self> {
        match word(value) {
            Some(name) if name != "self" => Ok(name.clone()),
            _ => {
                Err(Error::new_spanned(value, format!("`{key}` takes the name of a variable: write `{key} = attempt`")))
            }
        }
    }
}
