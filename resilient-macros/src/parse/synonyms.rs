//! Names of settings in other libraries, and what they are called here.

use quote::ToTokens;
use resilient_rules::words::suggestion;
use syn::{Expr, ExprLit, Lit, Meta};

/// One name of another library.
#[derive(Clone, Copy)]
pub(crate) struct Synonym {
    name: &'static str,
    ours: &'static str,
    write: Write,
    /// How ours differs, after "which", or nothing.
    remark: &'static str,
}

/// How our setting is written with the value that was given.
#[derive(Clone, Copy)]
pub(crate) enum Write {
    /// The name alone.
    Name,
    /// With this behind the name.
    With(&'static str),
    /// With one more than the number.
    OneMore,
    /// With the number and this unit.
    Unit(&'static str),
    /// Without a name, as this says.
    Alone(&'static str),
}

pub(crate) const fn row(name: &'static str, ours: &'static str, write: Write, remark: &'static str) -> Synonym {
    Synonym { name, ours, write, remark }
}

impl Synonym {
    /// Whether another library calls a setting so.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        self.name == name
    }
}

/// Units that other libraries write at the end of a name.
const UNITS: [(&str, &str); 9] = [
    ("_ms", "ms"),
    ("_millis", "ms"),
    ("_milliseconds", "ms"),
    ("_s", "s"),
    ("_secs", "s"),
    ("_seconds", "s"),
    ("_sec", "s"),
    ("_minutes", "min"),
    ("_mins", "min"),
];

/// The message about a setting that the attribute does not have.
pub(crate) fn unknown(synonyms: &[Synonym], meta: &Meta, known: &[&str]) -> String {
    let name = meta.path().to_token_stream().to_string();
    let advice = by_synonym(synonyms, &name, meta)
        .or_else(|| by_unit(synonyms, &name, meta, known))
        .unwrap_or_else(|| suggestion(&name, known));
    format!("unknown setting `{name}`: {advice}")
}

fn by_synonym(synonyms: &[Synonym], name: &str, meta: &Meta) -> Option<String> {
    let Synonym { ours, write, remark, .. } = synonyms.iter().find(|row| row.name == name)?;
    let value = match write {
        Write::Alone(advice) => return Some((*advice).to_owned()),
        Write::Name => String::new(),
        Write::With(text) => (*text).to_owned(),
        Write::OneMore => {
            number(meta).and_then(|number| number.checked_add(1)).map(|more| format!(" = {more}")).unwrap_or_default()
        }
        Write::Unit(unit) => with_unit(meta, unit),
    };
    let remark = if remark.is_empty() { String::new() } else { format!(", which {remark}") };
    Some(format!("did you mean `{ours}{value}`{remark}?"))
}

/// `max_delay_ms = 500` is `max_delay = 500ms`.
fn by_unit(synonyms: &[Synonym], name: &str, meta: &Meta, known: &[&str]) -> Option<String> {
    let (stem, unit) = UNITS.iter().find_map(|(end, unit)| name.strip_suffix(end).zip(Some(*unit)))?;
    let ours = known.iter().find(|known| **known == stem).copied();
    let ours = ours.or_else(|| Some(synonyms.iter().find(|row| row.name == stem && !row.ours.is_empty())?.ours))?;
    Some(format!("did you mean `{ours}{}`?", with_unit(meta, unit)))
}

fn with_unit(meta: &Meta, unit: &str) -> String {
    number(meta).map(|number| format!(" = {number}{unit}")).unwrap_or_default()
}

/// The whole number that was given.
fn number(meta: &Meta) -> Option<u64> {
    let Meta::NameValue(pair) = meta else { return None };
    match &pair.value {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) if number.suffix().is_empty() => number.base10_parse().ok(),
        _ => None,
    }
}

/// Asserts that an attribute has no name twice, nor a setting among them, and that each stands for one of its settings.
#[cfg(test)]
#[track_caller]
pub(crate) fn assert_distinct(synonyms: &[Synonym], names: &[&str]) {
    for (index, row) in synonyms.iter().enumerate() {
        assert!(synonyms[..index].iter().all(|other| other.name != row.name), "{}", row.name);
        assert!(matches!(row.write, Write::Alone(_)) || names.contains(&row.ours), "{}", row.ours);
        assert!(!names.contains(&row.name), "{}", row.name);
    }
}

#[cfg(test)]
mod tests {
    use super::Write::{Alone, Name, OneMore, Unit, With};
    use super::*;

    const SYNONYMS: &[Synonym] = &[
        row("max_retries", "max_attempts", OneMore, "counts the first attempt as well"),
        row("exceptions", "retry_on", With("(PATTERN)"), ""),
        row("delay", "base_delay", Name, ""),
        row("seconds", "duration", Unit("s"), ""),
        row("timeout", "duration", Name, ""),
        row("handler", "", Alone("a function stands alone: write `#[fallback(function)]`"), ""),
    ];

    fn advice(source: &str) -> String {
        let meta: Meta = syn::parse_str(source).expect("a setting");
        unknown(SYNONYMS, &meta, &["max_attempts", "max_delay", "base_delay", "duration"])
    }

    #[test]
    fn names_of_other_libraries_have_ours_beside_them() {
        let said = ["max_retries = 3", "max_retries = RETRIES", "exceptions(Io)", "seconds = 5", "delay = 5s"];
        assert_eq!(
            said.map(advice),
            [
                "unknown setting `max_retries`: did you mean `max_attempts = 4`, which counts the first attempt as well?",
                "unknown setting `max_retries`: did you mean `max_attempts`, which counts the first attempt as well?",
                "unknown setting `exceptions`: did you mean `retry_on(PATTERN)`?",
                "unknown setting `seconds`: did you mean `duration = 5s`?",
                "unknown setting `delay`: did you mean `base_delay`?",
            ]
        );
    }

    #[test]
    fn what_has_no_name_here_is_written_alone() {
        assert_eq!(
            advice("handler = other"),
            "unknown setting `handler`: a function stands alone: write `#[fallback(function)]`"
        );
    }

    #[test]
    fn a_unit_in_the_name_moves_to_the_value() {
        assert_eq!(advice("max_delay_ms = 500"), "unknown setting `max_delay_ms`: did you mean `max_delay = 500ms`?");
        assert_eq!(advice("delay_secs = 2"), "unknown setting `delay_secs`: did you mean `base_delay = 2s`?");
        assert_eq!(advice("timeout_ms = wait"), "unknown setting `timeout_ms`: did you mean `duration`?");
    }
}
