//! Durations: a literal with a unit, a string, or an expression.

use std::time::Duration;

use proc_macro2::{Literal, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Error, Expr, Lit, Result};

use super::expr_shape::{negated_number, peel};
use super::setting::{FromSetting, Key};
use crate::diagnostics;
use crate::model::Value;

/// A unit, its length in nanoseconds, and what else it is called in strings.
struct Unit {
    suffix: &'static str,
    nanos: u64,
    aliases: &'static [&'static str],
}

const UNITS: [Unit; 7] = [
    Unit { suffix: "ns", nanos: 1, aliases: &["nsec", "nanos"] },
    Unit { suffix: "us", nanos: 1_000, aliases: &["µs", "μs", "usec", "micros"] },
    Unit { suffix: "ms", nanos: 1_000_000, aliases: &["msec", "millis"] },
    Unit { suffix: "s", nanos: 1_000_000_000, aliases: &["sec", "secs", "second", "seconds"] },
    Unit { suffix: "min", nanos: 60_000_000_000, aliases: &["m", "mins", "minute", "minutes"] },
    Unit { suffix: "h", nanos: 3_600_000_000_000, aliases: &["hr", "hrs", "hour", "hours"] },
    Unit { suffix: "d", nanos: 86_400_000_000_000, aliases: &["day", "days"] },
];

/// The unit that a word names, as it is written behind a number.
pub(crate) fn unit(word: &str) -> Option<&'static str> {
    UNITS.iter().find(|unit| unit.suffix == word || unit.aliases.contains(&word)).map(|unit| unit.suffix)
}

impl FromSetting for Value<Duration> {
    const FORM: &'static str = " = 5s";

    type Output = Self;

    fn from_expr(_: &Key, expr: &Expr) -> Result<Self> {
        if negated_number(expr) {
            return Err(Error::new_spanned(expr, "a duration cannot be negative: write it without the `-`"));
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
            UNITS.iter().any(|unit| unit.suffix == read.suffix()).then_some(literal)
        }
        TokenTree::Ident(_) | TokenTree::Punct(_) => None,
    })
}

/// A literal that stands for a duration, or what is wrong with it.
pub(crate) fn from_literal(literal: &Lit) -> Result<Duration> {
    let read = match literal {
        Lit::Int(number) => from_number(number.base10_digits(), number.suffix()),
        Lit::Float(number) => from_number(number.base10_digits(), number.suffix()),
        Lit::Str(text) => from_text(&text.value()),
        _ => Err("a duration is a number with a unit: write `5s`, `100ms` or `2min`".to_owned()),
    };
    read.map_err(|message| Error::new(literal.span(), message))
}

fn from_number(digits: &str, suffix: &str) -> std::result::Result<Duration, String> {
    match UNITS.iter().find(|unit| unit.suffix == suffix) {
        Some(unit) => scaled(digits, unit),
        None => Err(wrong_suffix(digits, suffix)),
    }
}

fn wrong_suffix(digits: &str, suffix: &str) -> String {
    if suffix.is_empty() {
        return format!("a duration needs a unit: write `{digits}s`, `{digits}ms` or `{digits}min`");
    }
    if suffix == "m" {
        return format!("`m` could be minutes or milliseconds: write `{digits}min` or `{digits}ms`");
    }
    if let Some(unit) = UNITS.iter().find(|unit| unit.aliases.contains(&suffix)) {
        return format!("unknown unit `{suffix}`: write `{digits}{}`", unit.suffix);
    }
    if suffix.chars().any(|letter| letter.is_ascii_digit()) {
        return format!("a duration of several parts is a string: write `\"{digits}{suffix}\"`, as in `\"1m 30s\"`");
    }
    format!("unknown unit `{suffix}`: write {}", diagnostics::one_of(&UNITS.map(|unit| unit.suffix)))
}

/// What is wrong with a word behind a number, if it is a unit.
pub(crate) fn apart(digits: &str, word: &str) -> Option<String> {
    let unit = UNITS.iter().find(|unit| unit.suffix == word || unit.aliases.contains(&word))?;
    Some(match word {
        "m" => wrong_suffix(digits, word),
        _ => format!("a unit stands directly behind its number: write `{digits}{}`", unit.suffix),
    })
}

/// Reads `1m 30s`, with or without the space.
fn from_text(text: &str) -> std::result::Result<Duration, String> {
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err("an empty string is no duration: write `\"1m 30s\"`".to_owned());
    }
    if rest.starts_with('-') {
        return Err("a duration cannot be negative: write it without the `-`".to_owned());
    }
    let mut total = Duration::ZERO;
    while !rest.is_empty() {
        let (digits, after) = rest.split_at(end_of(rest, |letter| letter.is_ascii_digit() || ".,_".contains(letter)));
        let after = after.trim_start();
        let (name, after) = after.split_at(end_of(after, char::is_alphabetic));
        let part = from_part(digits, name, text)?;
        total = total.checked_add(part).ok_or_else(|| overflow(text))?;
        rest = after.trim_start();
    }
    Ok(total)
}

/// Where the letters that `belongs` accepts end.
fn end_of(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|letter| !belongs(letter)).unwrap_or(text.len())
}

fn from_part(digits: &str, name: &str, whole: &str) -> std::result::Result<Duration, String> {
    if digits.is_empty() {
        return Err(format!("`{whole}` is no duration: write numbers with units, as in `\"1m 30s\"`"));
    }
    if name.is_empty() {
        return Err(format!("`{digits}` needs a unit: write `\"{digits}s\"`, `\"{digits}ms\"` or `\"{digits}m\"`"));
    }
    let unit = UNITS.iter().find(|unit| unit.suffix == name || unit.aliases.contains(&name));
    unit.map_or_else(|| Err(wrong_suffix(digits, name)), |unit| scaled(&digits.replace('_', ""), unit))
}

/// Whole numbers are kept exact; fractions are rounded to the nearest nanosecond.
fn scaled(digits: &str, unit: &Unit) -> std::result::Result<Duration, String> {
    if digits.bytes().all(|digit| digit.is_ascii_digit()) {
        let nanos = digits.parse::<u128>().ok().and_then(|count| count.checked_mul(u128::from(unit.nanos)));
        return nanos.and_then(from_nanos).ok_or_else(|| overflow(&format!("{digits}{}", unit.suffix)));
    }
    let number: f64 = digits.parse().map_err(|_| format!("`{digits}` is no number: write `1.5s`"))?;
    // The lengths of the units are all below 2^53.
    #[allow(clippy::cast_precision_loss)]
    let seconds = number * (unit.nanos as f64 / 1e9);
    Duration::try_from_secs_f64(seconds).map_err(|_| overflow(&format!("{digits}{}", unit.suffix)))
}

fn from_nanos(nanos: u128) -> Option<Duration> {
    let seconds = u64::try_from(nanos / 1_000_000_000).ok()?;
    let rest = u32::try_from(nanos % 1_000_000_000).ok()?;
    Some(Duration::new(seconds, rest))
}

fn overflow(written: &str) -> String {
    format!("`{written}` is longer than a `Duration` can be: write a shorter one")
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
    fn fractions_are_rounded_to_the_nanosecond() {
        assert_eq!(read("1.5s"), Ok(Duration::from_millis(1500)));
        assert_eq!(read("0.1s"), Ok(Duration::from_millis(100)));
        assert_eq!(read("2.5ms"), Ok(Duration::from_micros(2500)));
        assert_eq!(read("1e3ms"), Ok(Duration::from_secs(1)));
    }

    #[test]
    fn strings_of_several_parts() {
        assert_eq!(read("\"1m 30s\""), Ok(Duration::from_secs(90)));
        assert_eq!(read("\"1h30m\""), Ok(Duration::from_secs(5400)));
        assert_eq!(read("\" 100 ms \""), Ok(Duration::from_millis(100)));
        assert_eq!(read("\"1.5s\""), Ok(Duration::from_millis(1500)));
        assert_eq!(read("\"3 µs\""), Ok(Duration::from_micros(3)));
    }

    #[test]
    fn a_bare_number_is_told_to_take_a_unit() {
        assert_eq!(wrong("5"), "a duration needs a unit: write `5s`, `5ms` or `5min`");
        assert!(wrong("\"5\"").contains("needs a unit"));
        assert!(wrong("\"5s 3\"").contains("`3` needs a unit"));
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

    #[test]
    fn too_long_ones_are_named() {
        assert!(wrong("18446744073709551616s").contains("longer than"));
        assert!(wrong("1e300h").contains("longer than"));
        assert!(wrong("\"18446744073709551615s 1s\"").contains("longer than"));
        assert!(read("340282366920938463463374607431768211456ns").is_err());
    }
}
