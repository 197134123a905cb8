//! The layers of one function or pipeline, and what they have to do with each other.

use std::fmt::Display;
use std::time::Duration;

use crate::duration::shown;

/// A retry is above another.
pub const TWO_RETRIES: &str = "two `retry`s multiply their attempts: keep one, with the `max_attempts` wanted in all";
/// A hedge is above another.
pub const TWO_HEDGES: &str = "two `hedge`s multiply their attempts: keep one, with the `max_hedges` wanted in all";
/// A timeout is right above another.
pub const ADJACENT_TIMEOUTS: &str = "of two adjacent `timeout`s only the shorter one ever acts: keep that one";
/// A timeout grows with the attempts, and there are none.
pub const STEP_WITHOUT_RETRY: &str =
    "`step` adds time for each attempt of a `retry` above, and there is none: move the `retry` above, or remove `step`";
/// A fallback answers nothing.
pub const NO_ANSWER: &str = "`fallback` needs an answer";
/// What stands behind an answer that cannot fail.
pub const ANSWER_NEVER_REACHED: &str =
    "this answer is never reached, since the one before it cannot fail: move it before that, or remove it";
/// What stands above a fallback that cannot fail.
pub const FALLBACK_NEVER_REACHED: &str =
    "this `fallback` is never reached, since the one below it answers every error and cannot fail: remove one of them";

/// The delays of a retry leave the timeout above it some time for the attempts. A limit of zero is wrong by itself.
pub fn pauses_outlast(limit: Duration, least: Duration) -> Option<String> {
    (!limit.is_zero() && least > limit).then(|| {
        format!(
            "the `retry` below pauses for {} at least, so this timeout ({}) ends the call before its last attempt",
            shown(least),
            shown(limit),
        )
    })
}

/// A timeout ends after the delay of a hedge does. One that `grows` ends later for later attempts of a retry, and a limit
/// of zero is wrong by itself.
pub fn ends_before_delay(limit: Duration, grows: bool, delay: Duration) -> Option<String> {
    (!limit.is_zero() && !grows && delay >= limit).then(|| {
        format!(
            "the `timeout` of {} ends before this delay ({}), so no attempt ever runs beside another",
            shown(limit),
            shown(delay),
        )
    })
}

/// A layer below a hedge lets attempts run beside each other.
pub fn one_at_a_time(layer: &str, at_once: u64) -> Option<String> {
    (at_once == 1).then(|| {
        format!(
            "the `{layer}` below lets one call through at a time, so no attempt of this `hedge` ever runs beside another"
        )
    })
}

/// One state is used by two layers, and would count each call twice.
pub fn named_twice(layer: &str, name: &str) -> String {
    format!("a `{layer}` named {name:?} is already above: give this one another name, or remove it")
}

/// Two filters look at the same errors.
pub fn same_errors(one: impl Display, other: impl Display) -> String {
    format!("`{one}` and `{other}` filter the same errors: keep one")
}

/// Two filters look at the same successes.
pub fn same_successes(one: impl Display, other: impl Display) -> String {
    format!("`{one}` and `{other}` filter the same successes: keep one")
}

/// A fallback leaves nothing to what counts failures above it. `filter` is how it is kept to some errors.
pub fn hides_every_error(above: &str, filter: &str) -> String {
    format!(
        "this `fallback` answers every error, so the `{above}` above it never sees a failure: move it above that, or say \
         which errors it answers by `{filter}(…)`"
    )
}

/// State has no name.
pub const EMPTY_NAME: &str = "a name must not be empty: write what the calls go to";

#[cfg(test)]
mod tests {
    use super::*;

    const fn secs(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn pauses_may_take_all_the_time_but_no_more() {
        let refused =
            "the `retry` below pauses for 3s at least, so this timeout (2s) ends the call before its last attempt";
        assert_eq!(pauses_outlast(secs(2), secs(3)).as_deref(), Some(refused));
        assert_eq!([pauses_outlast(secs(2), secs(2)), pauses_outlast(secs(0), secs(2))], [None, None]);
    }

    #[test]
    fn a_hedge_starts_before_the_timeout_ends() {
        let refused = "the `timeout` of 2s ends before this delay (2s), so no attempt ever runs beside another";
        assert_eq!(ends_before_delay(secs(2), false, secs(2)).as_deref(), Some(refused));
        assert_eq!(ends_before_delay(secs(2), false, secs(1)), None);
        assert_eq!(
            [ends_before_delay(secs(2), true, secs(3)), ends_before_delay(secs(0), false, secs(3))],
            [None, None]
        );
    }

    #[test]
    fn attempts_need_two_places() {
        assert!(one_at_a_time("bulkhead", 1).is_some() && one_at_a_time("bulkhead", 2).is_none());
    }
}
