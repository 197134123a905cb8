//! The `grpc-timeout` header.

use std::time::Duration;

/// The time that the value of a `grpc-timeout` header leaves: one to eight digits, and a unit: `H` hours, `M` minutes,
/// `S` seconds, `m` milliseconds, `u` microseconds, `n` nanoseconds
/// ([gRPC over HTTP/2, requests](https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#requests)).
///
/// `None` for anything else. Zero is a duration: its deadline is over.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::parse_grpc_timeout;
/// use std::time::Duration;
///
/// assert_eq!(parse_grpc_timeout("250m"), Some(Duration::from_millis(250)));
/// assert_eq!(parse_grpc_timeout("1H"), Some(Duration::from_secs(3600)));
/// assert_eq!(parse_grpc_timeout("250ms"), None);
/// ```
pub fn parse_grpc_timeout(value: &str) -> Option<Duration> {
    let (digits, unit) = value.split_at_checked(value.len().checked_sub(1)?)?;
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let count: u64 = digits.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(count * 3_600)),
        "M" => Some(Duration::from_secs(count * 60)),
        "S" => Some(Duration::from_secs(count)),
        "m" => Some(Duration::from_millis(count)),
        "u" => Some(Duration::from_micros(count)),
        "n" => Some(Duration::from_nanos(count)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_unit() {
        let second = Duration::from_secs(1);
        let units = [("H", second * 3_600), ("M", second * 60), ("S", second), ("m", second / 1_000)];
        for (unit, one) in units.into_iter().chain([("u", second / 1_000_000), ("n", second / 1_000_000_000)]) {
            assert_eq!(parse_grpc_timeout(&format!("7{unit}")), Some(one * 7));
            assert_eq!(parse_grpc_timeout(&format!("00000007{unit}")), Some(one * 7));
            assert_eq!(parse_grpc_timeout(&format!("99999999{unit}")), Some(one * 99_999_999));
            assert_eq!(parse_grpc_timeout(&format!("0{unit}")), Some(Duration::ZERO));
        }
    }

    #[test]
    fn nothing_else_is_a_timeout() {
        for value in
            ["", "S", "1", "-1S", "+1S", "1.5S", " 1S", "1S ", "1 S", "1s", "1h", "1ms", "100000000S", "1é", "é", "١S"]
        {
            assert_eq!(parse_grpc_timeout(value), None, "{value}");
        }
    }
}
