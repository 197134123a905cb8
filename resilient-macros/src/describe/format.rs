//! Values as a reader would write them.

use std::time::Duration;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

/// `8.35s`, `50ms`, `1min 30s`: as an attribute would take it.
pub(crate) fn duration(value: Duration) -> String {
    if value.is_zero() {
        return "0s".to_owned();
    }
    let (hours, minutes) = (value.as_secs() / HOUR, value.as_secs() % HOUR / MINUTE);
    let rest = Duration::new(value.as_secs() % MINUTE, value.subsec_nanos());
    let mut parts = Vec::new();
    if hours > 0 {
        parts.push(format!("{hours}h"));
    }
    if minutes > 0 {
        parts.push(format!("{minutes}min"));
    }
    if !rest.is_zero() {
        parts.push(format!("{rest:?}").replace('µ', "u"));
    }
    parts.join(" ")
}

/// A code span, of any text: it is fenced by more backticks than stand in it in a row.
pub(crate) fn span(code: &str) -> String {
    /// What is longer is cut: a paragraph is no place for a closure of many lines.
    const LONGEST: usize = 80;

    let mut shown: String = code.chars().take(LONGEST).collect();
    if shown.len() < code.len() {
        shown.push('…');
    }
    let longest = shown.split(|char| char != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    if longest > 0 { format!("{fence} {shown} {fence}") } else { format!("{fence}{shown}{fence}") }
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_they_are_written() {
        for (millis, text) in [
            (0, "0s"),
            (50, "50ms"),
            (8_350, "8.35s"),
            (60_000, "1min"),
            (90_000, "1min 30s"),
            (7_380_350, "2h 3min 350ms"),
        ] {
            assert_eq!(duration(Duration::from_millis(millis)), text);
        }
        assert_eq!(duration(Duration::from_micros(250)), "250us");
    }

    #[test]
    fn spans_hold_any_text() {
        assert_eq!(span("a[b]"), "`a[b]`");
        assert_eq!(span("'`'"), "`` '`' ``");
        assert_eq!(span(&"é".repeat(90)), format!("`{}…`", "é".repeat(80)));
    }
}
