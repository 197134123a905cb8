//! The settings of a rate limit.

use std::fmt::Display;
use std::time::Duration;

use crate::in_force::InForce;

/// The span of the permits, where nobody gives one.
pub const PER: Duration = Duration::from_secs(1);
/// The permits of a call, where nobody says how many.
pub const COST: u32 = 1;
/// How long a call waits, where nobody says so.
pub const MAX_WAIT: Duration = Duration::ZERO;
/// How long everybody stops if the server says so but not for how long, where nobody gives a time.
pub const DEFAULT_RETRY_AFTER: Duration = Duration::from_secs(30);
/// How long the server can stop everybody, where nobody gives a time.
pub const MAX_RETRY_AFTER: Duration = Duration::from_secs(300);
/// The most permits of a window: it keeps a moment of 8 bytes for each.
pub const MAX_WINDOW: u32 = 65_536;
/// The most permits of a window of which there is one for each key.
pub const MAX_WINDOW_PER_KEY: u32 = 1_024;

/// A span, and no permits in it.
pub const SPAN_OF_NO_PERMITS: &str = "`per` is the span of `permits`";
/// A bucket, and no permits in it.
pub const BURST_OF_NO_PERMITS: &str = "`burst` is how many of the `permits` may be taken at once";
/// No error stops everybody.
pub const NO_ERROR_PAUSES: &str = "`retry_after` finds for how long an error stops everybody, and none does";
/// No success stops everybody.
pub const NO_SUCCESS_PAUSES: &str = "`retry_after_ok` finds for how long a success stops everybody, and none does: add \
                                     `paused_if_ok = …`, or remove it";

/// What belongs to pauses, where there is none.
pub fn without_pauses(name: impl Display) -> String {
    format!("`{name}` acts only with pauses")
}

/// A window has memory for its permits. A bucket holds any number.
pub fn window_too_large(permits: u32, is_per_key: bool) -> Option<String> {
    let (most, which) =
        if is_per_key { (MAX_WINDOW_PER_KEY, "a window of each key") } else { (MAX_WINDOW, "a window") };
    (permits > most).then(|| format!("{which} holds {most} permits at most"))
}

/// The way out of [`window_too_large`], behind the bucket that is written.
pub const HOLDS_ANY_NUMBER: &str = "for a bucket, which holds any number";

/// A call takes no more permits than `setting` gives at once.
pub fn costs_too_much(cost: u32, setting: impl Display, most: u64) -> Option<String> {
    (u64::from(cost) > most).then(|| {
        format!("`cost` ({cost}) is more than `{setting}` ({most}) ever gives at once, so each call would be refused")
    })
}

/// The usual pause is no longer than the longest. A longest one of zero is wrong by itself.
pub fn usual_above_longest(usual: InForce<Duration>, longest: InForce<Duration>) -> Option<String> {
    (!longest.value.is_zero() && usual.value > longest.value).then(|| {
        format!("`default_retry_after` ({usual}) is longer than `max_retry_after` ({longest}), which would cut it")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_has_memory_for_its_permits() {
        assert!(window_too_large(MAX_WINDOW + 1, false).unwrap().starts_with("a window holds 65536 permits"));
        assert!(window_too_large(1_025, true).unwrap().starts_with("a window of each key holds 1024 permits"));
        assert_eq!([window_too_large(MAX_WINDOW, false), window_too_large(1_024, true)], [None, None]);
    }

    #[test]
    fn a_call_takes_what_there_can_be() {
        assert!(costs_too_much(4, "burst", 3).unwrap().starts_with("`cost` (4) is more than `burst` (3)"));
        assert_eq!(costs_too_much(3, "burst", 3), None);
    }

    #[test]
    fn the_usual_pause_is_within_the_longest() {
        let seconds = |seconds| InForce::given(Duration::from_secs(seconds));
        assert!(usual_above_longest(seconds(2), InForce::new(Duration::from_secs(1), false)).is_some());
        assert_eq!(usual_above_longest(seconds(1), seconds(1)), None);
        assert_eq!(usual_above_longest(seconds(1), seconds(0)), None);
    }
}
