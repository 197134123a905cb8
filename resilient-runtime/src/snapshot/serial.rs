//! How `serde` writes what is not plain.

#![expect(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "that is how serde calls these functions")]

use std::fmt::Display;
use std::time::{Duration, SystemTime};

use serde::Serializer;

use crate::event::breaker_changed::ChangeReason;

/// A duration as a number of milliseconds, with their fractions.
pub(super) fn millis<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(in_millis(*duration))
}

/// The same, or nothing.
pub(super) fn some_millis<S: Serializer>(duration: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
    match duration {
        Some(duration) => serializer.serialize_some(&in_millis(*duration)),
        None => serializer.serialize_none(),
    }
}

/// A time as a whole number of milliseconds since 1970.
pub(super) fn unix_millis<S: Serializer>(time: &SystemTime, serializer: S) -> Result<S::Ok, S::Error> {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    serializer.serialize_u64(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// A value as its `Display` writes it.
pub(super) fn text<T: Display, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

/// The word of a reason, or nothing.
pub(super) fn reason<S: Serializer>(reason: &Option<ChangeReason>, serializer: S) -> Result<S::Ok, S::Error> {
    match reason {
        Some(reason) => serializer.serialize_some(reason.name()),
        None => serializer.serialize_none(),
    }
}

fn in_millis(duration: Duration) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "no span has more than 2^53 nanoseconds and needs each of them")]
    let nanos = duration.as_nanos() as f64;
    nanos / 1_000_000.0
}
