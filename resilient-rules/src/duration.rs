//! Durations as text, in the form that attributes take as a string: `1m 30s`, `1.5s`, `100ms`.

use std::time::Duration;

use crate::words::one_of;

/// A unit, its length in nanoseconds, and what else it is called in strings.
#[derive(Debug)]
pub struct Unit {
    /// As it is written behind a number.
    pub suffix: &'static str,
    nanos: u64,
    aliases: &'static [&'static str],
}

/// From the shortest to the longest.
pub const UNITS: [Unit; 7] = [
    Unit { suffix: "ns", nanos: 1, aliases: &["nsec", "nanos"] },
    Unit { suffix: "us", nanos: 1_000, aliases: &["µs", "μs", "usec", "micros"] },
    Unit { suffix: "ms", nanos: 1_000_000, aliases: &["msec", "millis"] },
    Unit { suffix: "s", nanos: 1_000_000_000, aliases: &["sec", "secs", "second", "seconds"] },
    Unit { suffix: "min", nanos: 60_000_000_000, aliases: &["m", "mins", "minute", "minutes"] },
    Unit { suffix: "h", nanos: 3_600_000_000_000, aliases: &["hr", "hrs", "hour", "hours"] },
    Unit { suffix: "d", nanos: 86_400_000_000_000, aliases: &["day", "days"] },
];

/// What a duration below zero is.
pub const NEGATIVE: &str = "a duration cannot be negative: write it without the `-`";

impl Unit {
    /// The unit that a word names.
    pub fn named(word: &str) -> Option<&'static Self> {
        UNITS.iter().find(|unit| unit.suffix == word || unit.aliases.contains(&word))
    }

    /// The unit that is written like this behind a number.
    pub fn written(suffix: &str) -> Option<&'static Self> {
        UNITS.iter().find(|unit| unit.suffix == suffix)
    }

    /// A number of them, in digits without separators. Whole numbers are kept exact; fractions are rounded to the nearest
    /// nanosecond.
    ///
    /// # Errors
    ///
    /// If it is no number, or too long: what to write instead.
    pub fn times(&self, digits: &str) -> Result<Duration, String> {
        let too_long = || overflow(&format!("{digits}{}", self.suffix));
        if digits.bytes().all(|digit| digit.is_ascii_digit()) {
            let nanos = digits.parse::<u128>().ok().and_then(|count| count.checked_mul(u128::from(self.nanos)));
            return nanos.and_then(from_nanos).ok_or_else(too_long);
        }
        let number: f64 = digits.parse().map_err(|_| format!("`{digits}` is no number: write `1.5s`"))?;
        #[expect(clippy::cast_precision_loss, reason = "the lengths of the units are all below 2^53")]
        let seconds = number * (self.nanos as f64 / 1e9);
        Duration::try_from_secs_f64(seconds).map_err(|_| too_long())
    }
}

/// Reads `1m 30s`, with or without the space.
///
/// # Errors
///
/// If it has no unit or an unknown one, is negative or too long, or is no duration at all: what to write instead.
pub fn read(text: &str) -> Result<Duration, String> {
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err("an empty string is no duration: write `\"1m 30s\"`".to_owned());
    }
    if rest.starts_with('-') {
        return Err(NEGATIVE.to_owned());
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
    Unit::named(name).ok_or_else(|| unknown_unit(name))?.times(&digits.replace('_', ""))
}

/// What is wrong with a word that is no unit.
pub fn unknown_unit(word: &str) -> String {
    format!("unknown unit `{word}`: write {}", one_of(&UNITS.map(|unit| unit.suffix)))
}

/// What is wrong with a number without a unit. A string is written between `quotes`, which are empty otherwise.
pub fn needs_unit(digits: &str, quotes: &str) -> String {
    let [seconds, millis, minutes] = ["s", "ms", "min"].map(|unit| format!("`{quotes}{digits}{unit}{quotes}`"));
    format!("a duration needs a unit: write {seconds}, {millis} or {minutes}")
}

fn from_nanos(nanos: u128) -> Option<Duration> {
    let seconds = u64::try_from(nanos / 1_000_000_000).ok()?;
    let rest = u32::try_from(nanos % 1_000_000_000).ok()?;
    Some(Duration::new(seconds, rest))
}

fn overflow(written: &str) -> String {
    format!("`{}` is longer than a `Duration` can be: write a shorter one", written.escape_debug())
}

/// A duration as a setting says it, in one unit: `90s`, `250ms`, `10min`, `24h`.
pub fn shown(duration: Duration) -> String {
    let nanos = duration.as_nanos();
    let units = UNITS.iter().rev().filter(|unit| unit.suffix != "d");
    let mut whole = units.filter(|unit| nanos > 0 && nanos.is_multiple_of(u128::from(unit.nanos)));
    whole.next().map_or_else(|| "0s".to_owned(), |unit| format!("{}{}", nanos / u128::from(unit.nanos), unit.suffix))
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
            assert!(unit.aliases.iter().all(|alias| Unit::written(alias).is_none()));
        }
    }

    #[test]
    fn strings_have_several_parts() {
        assert_eq!(read("1m 30s"), Ok(Duration::from_secs(90)));
        assert_eq!(read("1h30m"), Ok(Duration::from_secs(5400)));
        assert_eq!(read(" 1.5 s "), Ok(Duration::from_millis(1_500)));
        assert_eq!(read("1_000ms"), Ok(Duration::from_secs(1)));
    }

    #[test]
    fn fractions_are_rounded_to_the_nanosecond() {
        let times = |suffix, digits| Unit::written(suffix).expect("a unit").times(digits);
        assert_eq!(times("s", "1.5"), Ok(Duration::from_millis(1500)));
        assert_eq!(times("s", "0.1"), Ok(Duration::from_millis(100)));
        assert_eq!(times("ms", "2.5"), Ok(Duration::from_micros(2500)));
        assert_eq!(times("ms", "1e3"), Ok(Duration::from_secs(1)));
    }

    #[test]
    fn what_is_no_duration_is_an_error_with_a_way_out() {
        assert!(read("5").unwrap_err().contains("needs a unit"));
        assert!(read("5s 3").unwrap_err().contains("`3` needs a unit"));
        assert!(read("5parsecs").unwrap_err().contains("`ns`, `us`, `ms`, `s`, `min`, `h` or `d`"));
        for wrong in ["", "soon", "-5s", "1..5s", "5s!"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        assert_eq!(needs_unit("5", ""), "a duration needs a unit: write `5s`, `5ms` or `5min`");
        assert_eq!(needs_unit("5", "\""), "a duration needs a unit: write `\"5s\"`, `\"5ms\"` or `\"5min\"`");
    }

    #[test]
    fn too_long_ones_are_named() {
        for long in ["99999999999999999999s", "18446744073709551615s 1s", "340282366920938463463374607431768211456ns"] {
            assert!(read(long).unwrap_err().contains("longer than"), "{long}");
        }
        assert!(UNITS[5].times("1e300").unwrap_err().contains("longer than"));
    }

    #[test]
    fn durations_read_as_they_are_written() {
        assert_eq!(shown(Duration::ZERO), "0s");
        assert_eq!(shown(Duration::from_millis(1500)), "1500ms");
        assert_eq!(shown(Duration::from_secs(90)), "90s");
        assert_eq!(shown(Duration::from_secs(600)), "10min");
        assert_eq!(shown(Duration::from_secs(86_400)), "24h");
    }
}
