//! The delay that an HTTP response asks for by its status and its `Retry-After` header.

use std::time::Duration;

use crate::retry::retry_after::parse_retry_after;

/// How long to wait after an HTTP response: of the status 429, as its `Retry-After` header says or for a default; of
/// the status 503, as the header says, if there is one. A plain value that can be a `const`.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::HttpRetryAfter;
/// use std::time::Duration;
///
/// const ASKED: HttpRetryAfter = HttpRetryAfter::new()
///     .default_retry_after(Duration::from_secs(10))
///     .max_retry_after(Duration::from_secs(60));
///
/// assert_eq!(ASKED.delay(429, Some("7")), Some(Duration::from_secs(7)));
/// assert_eq!(ASKED.delay(429, Some("3600")), Some(Duration::from_secs(60)));
/// assert_eq!(ASKED.delay(429, None), Some(Duration::from_secs(10)));
/// assert_eq!(ASKED.delay(503, Some("7")), Some(Duration::from_secs(7)));
/// assert_eq!(ASKED.delay(503, None), None);
/// assert_eq!(ASKED.delay(200, Some("7")), None);
/// ```
///
/// As the `retry_after` of a policy, for an error that keeps the response's status and header:
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::{HttpRetryAfter, RetryPolicy};
///
/// struct Status {
///     status: u16,
///     retry_after: Option<String>,
/// }
///
/// const API: RetryPolicy<Status> = RetryPolicy::new().retry_after(|error: &Status| {
///     HttpRetryAfter::new().delay(error.status, error.retry_after.as_deref())
/// });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "it does nothing by itself"]
pub struct HttpRetryAfter {
    default: Duration,
    max: Duration,
    ignores_header: bool,
}

const TOO_MANY_REQUESTS: u16 = 429;
const SERVICE_UNAVAILABLE: u16 = 503;

impl HttpRetryAfter {
    /// A default of 30 s, and at most 300 s.
    pub const fn new() -> Self {
        Self { default: Duration::from_secs(30), max: Duration::from_secs(300), ignores_header: false }
    }

    /// The delay after a 429 without a header that can be read. Default: 30 s.
    pub const fn default_retry_after(mut self, delay: Duration) -> Self {
        self.default = delay;
        self
    }

    /// The longest delay: a longer one is cut to it. Default: 300 s.
    pub const fn max_retry_after(mut self, limit: Duration) -> Self {
        self.max = limit;
        self
    }

    /// Takes every header for missing: a 429 gives the default, and a 503 nothing.
    pub const fn ignore_header(mut self) -> Self {
        self.ignores_header = true;
        self
    }

    /// Whether a status says that requests come too fast: 429.
    pub const fn is_rate_limited(&self, status: u16) -> bool {
        status == TOO_MANY_REQUESTS
    }

    /// The delay that a response asks for by its status and by the value of its `Retry-After` header, which
    /// [`parse_retry_after`] reads. `None` unless the status is 429, or 503 with a header that can be read. Zero, which
    /// a date that is over gives as well, asks for no certain delay: a policy then uses its computed one.
    pub fn delay(&self, status: u16, header: Option<&str>) -> Option<Duration> {
        let header = header.filter(|_| !self.ignores_header).and_then(parse_retry_after);
        let asked = match status {
            TOO_MANY_REQUESTS => Some(header.unwrap_or(self.default)),
            SERVICE_UNAVAILABLE => header,
            _ => None,
        };
        asked.map(|delay| delay.min(self.max))
    }
}

impl Default for HttpRetryAfter {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEVEN: Option<Duration> = Some(Duration::from_secs(7));
    const TWENTY: Option<Duration> = Some(Duration::from_secs(20));

    #[test]
    fn only_429_and_503_ask_for_a_delay() {
        let asked = HttpRetryAfter::new();
        for status in [100, 200, 301, 400, 404, 428, 430, 500, 502, 504] {
            assert_eq!(asked.delay(status, Some("7")), None, "{status}");
        }
        assert_eq!([429, 503].map(|status| asked.delay(status, Some("7"))), [SEVEN; 2]);
        assert_eq!([429, 503].map(|status| asked.is_rate_limited(status)), [true, false]);
    }

    #[test]
    fn what_cannot_be_read_is_no_header() {
        let asked = HttpRetryAfter::new().default_retry_after(Duration::from_secs(20));
        for header in [None, Some(""), Some("soon"), Some("-1")] {
            assert_eq!([asked.delay(429, header), asked.delay(503, header)], [TWENTY, None], "{header:?}");
        }
        let ignores = asked.ignore_header();
        assert_eq!([ignores.delay(429, Some("7")), ignores.delay(503, Some("7"))], [TWENTY, None]);
    }

    #[test]
    fn the_longest_delay_holds_for_the_header_and_for_the_default() {
        let asked = HttpRetryAfter::new().max_retry_after(Duration::from_secs(20));
        let cut = [asked.delay(429, Some("21")), asked.delay(503, Some("7")), asked.delay(429, None)];
        assert_eq!(cut, [TWENTY, SEVEN, TWENTY]);
        assert_eq!(HttpRetryAfter::default().delay(429, Some("301")), Some(Duration::from_secs(300)));
    }

    #[test]
    fn a_date_that_is_over_gives_zero() {
        let over = "Fri, 31 Dec 1999 23:59:59 GMT";
        assert_eq!(HttpRetryAfter::new().delay(503, Some(over)), Some(Duration::ZERO));
    }
}
