//! Durations as text, in the form that attributes take as a string: `1m 30s`, `1.5s`, `100ms`.

use std::time::Duration;

/// A unit, its length in nanoseconds, and what else it is called. The attributes have the same; a test compares them.
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

/// Reads `1m 30s`, with or without the space.
pub(crate) fn read(text: &str) -> Result<Duration, String> {
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
        total = total.checked_add(part(digits, name, text)?).ok_or_else(|| overflow(text))?;
        rest = after.trim_start();
    }
    Ok(total)
}

/// Where the letters that `belongs` accepts end.
fn end_of(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|letter| !belongs(letter)).unwrap_or(text.len())
}

fn part(digits: &str, name: &str, whole: &str) -> Result<Duration, String> {
    if digits.is_empty() {
        let whole = whole.escape_debug();
        return Err(format!("`{whole}` is no duration: write numbers with units, as in `\"1m 30s\"`"));
    }
    if name.is_empty() {
        return Err(format!("`{digits}` needs a unit: write `\"{digits}s\"`, `\"{digits}ms\"` or `\"{digits}m\"`"));
    }
    match UNITS.iter().find(|unit| unit.suffix == name || unit.aliases.contains(&name)) {
        Some(unit) => scaled(&digits.replace('_', ""), unit),
        None => {
            let units = UNITS.map(|unit| format!("`{}`", unit.suffix)).join(", ");
            Err(format!("unknown unit `{name}`: the units are {units}"))
        }
    }
}

/// Whole numbers are kept exact; fractions are rounded to the nearest nanosecond.
fn scaled(digits: &str, unit: &Unit) -> Result<Duration, String> {
    let too_long = || overflow(&format!("{digits}{}", unit.suffix));
    if digits.bytes().all(|digit| digit.is_ascii_digit()) {
        let nanos = digits.parse::<u128>().ok().and_then(|count| count.checked_mul(u128::from(unit.nanos)));
        return nanos.and_then(from_nanos).ok_or_else(too_long);
    }
    let number: f64 = digits.parse().map_err(|_| format!("`{digits}` is no number: write `\"1.5s\"`"))?;
    #[expect(clippy::cast_precision_loss, reason = "the lengths of the units are all below 2^53")]
    let seconds = number * (unit.nanos as f64 / 1e9);
    Duration::try_from_secs_f64(seconds).map_err(|_| too_long())
}

fn from_nanos(nanos: u128) -> Option<Duration> {
    let seconds = u64::try_from(nanos / 1_000_000_000).ok()?;
    let rest = u32::try_from(nanos % 1_000_000_000).ok()?;
    Some(Duration::new(seconds, rest))
}

fn overflow(written: &str) -> String {
    format!("`{}` is longer than a `Duration` can be: write a shorter one", written.escape_debug())
}

/// Reads a duration in the form that attributes take as a string, also without spaces: `1m 30s`, `1.5s`, `100ms`.
///
/// ```
/// # use resilient_runtime as resilient;
/// use std::time::Duration;
///
/// assert_eq!(resilient::parse_duration("1m 30s"), Ok(Duration::from_secs(90)));
/// assert!(
///     resilient::parse_duration("90").unwrap_err().to_string().contains("needs a unit")
/// );
/// ```
///
/// # Errors
///
/// If it has no unit or an unknown one, is negative, or is no duration at all: what to write instead.
pub fn parse_duration(text: &str) -> Result<Duration, InvalidDuration> {
    read(text).map_err(InvalidDuration)
}

/// A text that is no duration. From [`parse_duration`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidDuration(String);

/// A duration as configurations and attributes write it.
pub(crate) fn shown(duration: Duration) -> String {
    let nanos = duration.as_nanos();
    let unit = UNITS.iter().rev().find(|unit| nanos > 0 && nanos.is_multiple_of(u128::from(unit.nanos)));
    unit.map_or_else(|| "0s".to_owned(), |unit| format!("{}{}", nanos / u128::from(unit.nanos), unit.suffix))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_shown_is_read_again(seconds in 0..1_u64 << 40, nanos in 0..1_000_000_000_u32) {
            for duration in [Duration::new(seconds, nanos), Duration::from_secs(seconds), Duration::from_secs(60 * seconds)] {
                prop_assert_eq!(read(&shown(duration)), Ok(duration));
            }
        }

        #[test]
        fn no_text_panics(text in ".*") {
            let _ = read(&text);
        }
    }

    #[test]
    fn each_unit_is_read_by_all_its_names() {
        for unit in &UNITS {
            for name in [unit.suffix].iter().chain(unit.aliases) {
                assert_eq!(read(&format!("7{name}")), Ok(Duration::from_nanos(7 * unit.nanos)), "{name}");
            }
        }
        assert_eq!(read("1m 30s"), Ok(Duration::from_secs(90)));
        assert_eq!(read(" 1.5 s "), Ok(Duration::from_millis(1_500)));
    }

    #[test]
    fn what_is_no_duration_is_an_error_with_a_way_out() {
        assert!(read("5").unwrap_err().contains("needs a unit"));
        assert!(read("5parsecs").unwrap_err().contains("`ns`, `us`"));
        assert!(read("99999999999999999999s").unwrap_err().contains("longer than"));
        for wrong in ["", "soon", "-5s", "1..5s", "5s!"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
