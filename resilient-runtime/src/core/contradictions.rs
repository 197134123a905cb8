//! What settings contradict in each other, in the words of the compile errors: a pipeline and a configuration say the same
//! of it, and each adds its way out.

use std::time::Duration;

use crate::core::duration::shown;

/// Of a hedge above a bulkhead of one call.
pub(crate) const ONE_AT_A_TIME: &str =
    "the `bulkhead` below lets one call through at a time, so no attempt of this `hedge` ever runs beside another";

/// The delays of a retry are longer than the timeout above it.
pub(crate) fn pauses_outlast(limit: Duration, least: Duration) -> String {
    format!(
        "the `retry` below pauses for {} at least, so this timeout ({}) ends the call before its last attempt",
        shown(least),
        shown(limit),
    )
}

/// A timeout ends before the delay of a hedge does.
pub(crate) fn ends_before_delay(limit: Duration, delay: Duration) -> String {
    format!(
        "the `timeout` of {} ends before this delay ({}), so no attempt ever runs beside another",
        shown(limit),
        shown(delay),
    )
}

/// The time of a retry is over before its first delay is.
pub(crate) fn over_before_first_pause(most: Duration, least: Duration) -> String {
    format!(
        "`max_elapsed` ({}) is over before the first pause (at least {}) is, so nothing is retried",
        shown(most),
        shown(least),
    )
}

/// A call takes more permits than there are at once.
pub(crate) fn costs_too_much(cost: u32, setting: &str, most: u64) -> String {
    format!("`cost` ({cost}) is more than `{setting}` ({most}) ever gives at once, so each call would be refused")
}
