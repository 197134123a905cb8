//! What settings contradict in each other, in the words of the compile errors: a pipeline and a configuration refuse the
//! same and say the same of it, and each adds its way out.

use std::time::Duration;

use resilient_rules::duration::shown;

/// Of a hedge above a bulkhead of one call.
pub(crate) const ONE_AT_A_TIME: &str =
    "the `bulkhead` below lets one call through at a time, so no attempt of this `hedge` ever runs beside another";

/// The delays of a retry are longer than the timeout above it. A limit of zero is wrong by itself.
pub(crate) fn pauses_outlast(limit: Duration, least: Duration) -> Option<String> {
    (!limit.is_zero() && least > limit).then(|| {
        format!(
            "the `retry` below pauses for {} at least, so this timeout ({}) ends the call before its last attempt",
            shown(least),
            shown(limit),
        )
    })
}

/// A timeout ends before the delay of a hedge does. With a `step` it ends later for later attempts of a retry.
pub(crate) fn ends_before_delay(limit: Duration, step: Duration, delay: Duration) -> Option<String> {
    (!limit.is_zero() && step.is_zero() && delay >= limit).then(|| {
        format!(
            "the `timeout` of {} ends before this delay ({}), so no attempt ever runs beside another",
            shown(limit),
            shown(delay),
        )
    })
}

/// The time of a retry is over before its first delay is.
pub(crate) fn over_before_first_pause(most: Duration, least: Duration) -> Option<String> {
    (most <= least).then(|| {
        format!(
            "`max_elapsed` ({}) is over before the first pause (at least {}) is, so nothing is retried",
            shown(most),
            shown(least),
        )
    })
}

/// A call takes more permits than this setting gives at once.
pub(crate) fn costs_too_much(cost: u32, setting: &str, most: u64) -> Option<String> {
    (u64::from(cost) > most).then(|| {
        format!("`cost` ({cost}) is more than `{setting}` ({most}) ever gives at once, so each call would be refused")
    })
}
