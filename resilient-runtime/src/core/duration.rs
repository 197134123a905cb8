//! Durations as text.

use std::time::Duration;

use resilient_rules::duration::read;

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
