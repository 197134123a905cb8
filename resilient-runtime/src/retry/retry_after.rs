//! The `Retry-After` header.

use std::time::{Duration, SystemTime};

/// The delay that the value of an HTTP `Retry-After` header asks for: a number of seconds, or the time until an
/// HTTP date ([RFC 9110, section 10.2.3](https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3)).
///
/// A date in the past gives zero. `None` for anything else, such as a negative or fractional number.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::parse_retry_after;
/// use std::time::Duration;
///
/// assert_eq!(parse_retry_after("120"), Some(Duration::from_secs(120)));
/// assert_eq!(parse_retry_after("Fri, 31 Dec 1999 23:59:59 GMT"), Some(Duration::ZERO));
/// assert_eq!(parse_retry_after("soon"), None);
/// ```
pub fn parse_retry_after(value: &str) -> Option<Duration> {
    parse_at(value.trim(), SystemTime::now())
}

fn parse_at(value: &str, now: SystemTime) -> Option<Duration> {
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // A number that does not fit is valid, and a very long delay.
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(now).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(value: &str) -> Option<Duration> {
        let now = httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:07 GMT").expect("a date");
        parse_at(value, now)
    }

    #[test]
    fn all_three_forms_of_a_date() {
        for value in ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"] {
            assert_eq!(at(value), Some(Duration::from_secs(30)), "{value}");
        }
    }

    #[test]
    fn a_number_that_does_not_fit_is_the_longest_delay() {
        assert_eq!(at("99999999999999999999999"), Some(Duration::from_secs(u64::MAX)));
    }

    #[test]
    fn nothing_else_is_a_delay() {
        for value in ["", "-1", "1.5", "1s", "+1", "tomorrow"] {
            assert_eq!(at(value), None, "{value}");
        }
    }
}
