//! The settings of a circuit breaker.

use std::fmt::Display;
use std::time::Duration;

use crate::bounds;
use crate::in_force::InForce;

/// Failures in a row that open it, where nobody says how many.
pub const FAILURE_THRESHOLD: u32 = 5;
/// Calls that its window holds, where nobody gives one.
pub const WINDOW: u32 = 100;
/// The shortest window of time: it is read in milliseconds, and has ten slices.
pub const SHORTEST_WINDOW: Duration = Duration::from_millis(10);
/// Calls that a window of time must hold before it opens, where nobody says how many. A window of calls waits until it
/// is full.
pub const MIN_CALLS_IN_TIME: u32 = 10;
/// How long it stays open, where nobody says so.
pub const RECOVERY_TIMEOUT: Duration = Duration::from_secs(30);
/// How long it stays open at most, where nobody says so.
pub const MAX_RECOVERY_TIMEOUT: Duration = Duration::from_secs(600);
/// How long a probe has, where nobody says so and `recovery_timeout` is not longer.
pub const PROBE_TIMEOUT: Duration = Duration::from_secs(30);
/// Probes at a time, where nobody says how many.
pub const HALF_OPEN_MAX_CALLS: u32 = 3;
/// Probes that close it, where nobody says how many.
pub const SUCCESS_THRESHOLD: u32 = 2;

/// A window of no calls.
pub const NO_CALLS: &str = "`window` must hold at least 1 call";
/// A window of time that is shorter than [`SHORTEST_WINDOW`].
pub const SHORT_WINDOW: &str = "a time `window` must be at least 10ms";
/// Two ways to count failures.
pub const THRESHOLD_AND_RATE: &str =
    "`failure_threshold` counts failures in a row, `failure_rate` their share in a window: keep one";
/// Calls are slow, and nothing follows.
pub const SLOW_CALL_ALONE: &str = "`slow_call` needs the share of slow calls that opens the breaker";
/// A share of slow calls, and no call is.
pub const SLOW_CALL_RATE_ALONE: &str = "`slow_call_rate` needs to know which calls are slow";
/// Open times that stay the same.
pub const NEVER_GROWS: &str = "`max_recovery_timeout` acts only when open times grow";

/// What belongs to a window, where none is looked at.
pub fn without_rate(name: impl Display) -> String {
    format!("`{name}` acts only with a rate")
}

/// The window holds as many calls as are needed.
pub fn too_many_calls(min_calls: u32, window: InForce<u32>) -> Option<String> {
    (min_calls > window.value)
        .then(|| format!("`min_calls` ({min_calls}) is more than `window` ({window}) ever holds, so this never opens"))
}

/// Open times do not shrink.
pub fn recovery_backoff(factor: f64) -> Option<String> {
    bounds::growth("recovery_backoff", factor, "the open times would shrink")
}

/// Open times that are meant to grow have room for it. A longest one of zero is wrong by itself.
pub fn no_room_to_grow(longest: InForce<Duration>, first: InForce<Duration>) -> Option<String> {
    let than = if longest.value == first.value { "no longer" } else { "shorter" };
    (!longest.value.is_zero() && longest.value <= first.value).then(|| {
        format!(
            "`max_recovery_timeout` ({longest}) is {than} than `recovery_timeout` ({first}), so open times never grow"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::duration::shown;

    #[test]
    fn a_window_may_be_full_before_it_counts() {
        let window = InForce::new(5, false);
        let refused = "`min_calls` (6) is more than `window` (5, the default) ever holds, so this never opens";
        assert_eq!(too_many_calls(6, window).as_deref(), Some(refused));
        assert_eq!(too_many_calls(5, window), None);
        assert!(SHORT_WINDOW.ends_with(&shown(SHORTEST_WINDOW)));
    }

    #[test]
    fn open_times_grow_if_the_longest_is_longer() {
        let seconds = |seconds| InForce::given(Duration::from_secs(seconds));
        assert!(no_room_to_grow(seconds(1), seconds(1)).unwrap().contains("(1s) is no longer than"));
        assert!(no_room_to_grow(seconds(1), seconds(2)).unwrap().contains("(1s) is shorter than"));
        assert_eq!(no_room_to_grow(seconds(2), seconds(1)), None);
        assert_eq!(no_room_to_grow(seconds(0), seconds(1)), None);
    }
}
