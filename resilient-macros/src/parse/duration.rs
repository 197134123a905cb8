//! Durations: a literal with a unit, a string, or an expression.

use std::time::Duration;

use proc_macro2::{Literal, TokenStream, TokenTree};
use quote::ToTokens;
use resilient_rules::duration::{self, NEGATIVE, Unit};
use syn::{Error, Expr, Lit, Result};

use super::expr_shape::{negated_number, peel};
use super::setting::{FromSetting, Key};
use crate::model::Value;

/// The unit that a word names, as it is written behind a number.
pub(crate) fn unit(word: &str) -> Option<&'static str> {
    Unit::named(word).map(|unit| unit.suffix)
}

impl FromSetting for Value<Duration> {
    const FORM: &'static str = " = 5s";

    type Output = Self;

    fn from_expr(_: &Key, expr: &Expr) -> Result<Self> {
        if negated_number(expr) {
            return Err(Error::new_spanned(expr, NEGATIVE));
        }
        match peel(expr) {
            Expr::Lit(literal) => from_literal(&literal.lit).map(Value::Known),
            _ => match literal_with_unit(expr.to_token_stream()) {
                Some(literal) => {
                    Err(Error::new(literal.span(), "a number with a unit stands alone: write a `Duration` here"))
                }
                None => Ok(Value::Expr(expr.clone())),
            },
        }
    }
}

/// A literal such as `5s` inside an expression, where the compiler knows no units.
fn literal_with_unit(tokens: TokenStream) -> Option<Literal> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Group(group) => literal_with_unit(group.stream()),
        TokenTree::Literal(literal) => {
            let read = Lit::new(literal.clone());
            Unit::written(read.suffix()).map(|_| literal)
        }
        TokenTree::Ident(_) | TokenTree::Punct(_) => None,
    })
}

/// A literal that stands for a duration, or what is wrong with it.
pub(crate) fn from_literal(literal: &Lit) -> Result<Duration> {
    let read = match literal {
        Lit::Int(number) => from_number(number.base10_digits(), number.suffix()),
        Lit::Float(number) => from_number(number.base10_digits(), number.suffix()),
        Lit::Str(text) => duration::read(&text.value()),
        _ => Err("a duration is a number with a unit: write `5s`, `100ms` or `2min`".to_owned()),
    };
    read.map_err(|message| Error::new(literal.span(), message))
}

fn from_number(digits: &str, suffix: &str) -> std::result::Result<Duration, String> {
    Unit::written(suffix).ok_or_else(|| wrong_suffix(digits, suffix))?.times(digits)
}

fn wrong_suffix(digits: &str, suffix: &str) -> String {
    if suffix.is_empty() {
        return duration::needs_unit(digits, "");
    }
    if suffix == "m" {
        return format!("`m` could be minutes or milliseconds: write `{digits}min` or `{digits}ms`");
    }
    if let Some(unit) = Unit::named(suffix) {
        return format!("unknown unit `{suffix}`: write `{digits}{}`", unit.suffix);
    }
    if suffix.chars().any(|letter| letter.is_ascii_digit()) {
        return format!("a duration of several parts is a string: write `\"{digits}{suffix}\"`, as in `\"1m 30s\"`");
    }
    duration::unknown_unit(suffix)
}

/// What is wrong with a word behind a number, if it is a unit.
pub(crate) fn apart(digits: &str, word: &str) -> Option<String> {
    let unit = Unit::named(word)?;
    Some(match word {
        "m" => wrong_suffix(digits, word),
        _ => format!("a unit stands directly behind its number: write `{digits}{}`", unit.suffix),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(source: &str) -> std::result::Result<Duration, String> {
        let literal: Lit = syn::parse_str(source).expect("a literal");
        from_literal(&literal).map_err(|error| error.to_string())
    }

    fn wrong(source: &str) -> String {
        read(source).expect_err("no duration")
    }

    #[test]
    fn literals_with_each_unit() {
        assert_eq!(read("7ns"), Ok(Duration::from_nanos(7)));
        assert_eq!(read("250us"), Ok(Duration::from_micros(250)));
        assert_eq!(read("1_000ms"), Ok(Duration::from_secs(1)));
        assert_eq!(read("5s"), Ok(Duration::from_secs(5)));
        assert_eq!(read("2min"), Ok(Duration::from_secs(120)));
        assert_eq!(read("1h"), Ok(Duration::from_secs(3600)));
        assert_eq!(read("1d"), Ok(Duration::from_secs(86_400)));
    }

    #[test]
    fn numbers_with_a_fraction_and_strings() {
        assert_eq!(read("1.5s"), Ok(Duration::from_millis(1500)));
        assert_eq!(read("1e3ms"), Ok(Duration::from_secs(1)));
        assert_eq!(read("\"1m 30s\""), Ok(Duration::from_secs(90)));
    }

    #[test]
    fn a_bare_number_is_told_to_take_a_unit() {
        assert_eq!(wrong("5"), "a duration needs a unit: write `5s`, `5ms` or `5min`");
        assert!(wrong("\"5\"").contains("needs a unit"));
    }

    #[test]
    fn other_units_are_told_their_names() {
        assert!(wrong("5m").contains("`5min` or `5ms`"));
        assert_eq!(wrong("5secs"), "unknown unit `secs`: write `5s`");
        assert!(wrong("5parsecs").contains("`ns`, `us`, `ms`, `s`, `min`, `h` or `d`"));
        assert!(wrong("1h30m").contains("\"1h30m\""));
    }

    #[test]
    fn an_expression_holds_no_units() {
        let inside = |source: &str| literal_with_unit(source.parse().expect("tokens")).map(|found| found.to_string());
        assert_eq!(inside("LIMIT + later(5s)"), Some("5s".to_owned()));
        assert_eq!(inside("limit * 2 + Duration::from_secs(0x1d + 3u64)"), None);
    }

    #[test]
    fn what_is_no_duration() {
        for source in ["\"\"", "\"soon\"", "\"-5s\"", "\"1..5s\"", "\"5s!\"", "true", "'s'", "b\"5s\""] {
            assert!(read(source).is_err(), "{source}");
        }
    }
}
