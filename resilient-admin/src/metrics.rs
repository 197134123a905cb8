//! Metrics as text for Prometheus, under the names of the table.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use http::StatusCode;
use http::header::HeaderValue;
use resilient_runtime::metrics::{Instrument, InstrumentKind, Reading, Value, read};

use crate::answer::{Answer, whole};

pub(crate) fn answer() -> Answer {
    whole(StatusCode::OK, HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8"), text())
}

/// Each metric with all its values. Durations are not there, because those are recorded call by call.
fn text() -> String {
    let mut metrics = BTreeMap::<&str, (&Instrument, String)>::new();
    read(|reading| {
        let metric = metrics.entry(reading.instrument.name).or_insert_with(|| (reading.instrument, String::new()));
        write_value(&mut metric.1, reading);
    });
    let mut text = String::new();
    for (instrument, values) in metrics.values() {
        let (name, kind) = (name(instrument), kind(instrument.kind));
        let help = instrument.description.replace('\\', r"\\").replace('\n', r"\n");
        _ = write!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n{values}");
    }
    text
}

fn name(instrument: &Instrument) -> String {
    instrument.name.replace('.', "_")
}

const fn kind(kind: InstrumentKind) -> &'static str {
    match kind {
        InstrumentKind::Counter => "counter",
        _ => "gauge",
    }
}

// Writing to a text does not fail.
fn write_value(text: &mut String, reading: &Reading<'_>) {
    text.push_str(&name(reading.instrument));
    for (index, (label, value)) in reading.instrument.attributes.iter().zip(reading.attributes).enumerate() {
        _ = write!(text, "{}{label}=\"{}\"", if index == 0 { '{' } else { ',' }, escaped(value));
    }
    if !reading.attributes.is_empty() {
        text.push('}');
    }
    _ = match reading.value {
        Value::Count(count) => writeln!(text, " {count}"),
        Value::Amount(amount) => writeln!(text, " {amount}"),
        _ => writeln!(text, " NaN"),
    };
}

/// The value of a label, as the format wants it. Other control characters would be text in it; they are written as in
/// `\u{1b}`, so that who prints the page on a terminal sees them. What else logs escape stays: separators of lines and
/// paragraphs, and marks of the writing direction.
fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for letter in value.chars() {
        match letter {
            '\\' => text.push_str(r"\\"),
            '"' => text.push_str("\\\""),
            '\n' => text.push_str(r"\n"),
            control if control.is_control() => text.extend(control.escape_unicode().flat_map(doubled)),
            letter => text.push(letter),
        }
    }
    text
}

/// A backslash of a value is written as two.
fn doubled(letter: char) -> impl Iterator<Item = char> {
    std::iter::repeat_n(letter, if letter == '\\' { 2 } else { 1 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_labels_are_escaped() {
        assert_eq!(escaped(r#"a "b" \c"#), r#"a \"b\" \\c"#);
        assert_eq!(escaped("line\nline"), r"line\nline");
        assert_eq!(escaped("\u{1b}[31m"), r"\\u{1b}[31m");
        assert_eq!(escaped("<img onerror=x>"), "<img onerror=x>");
    }
}
