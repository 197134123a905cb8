//! The settings of an adaptive throttle.

use std::time::Duration;

use crate::bounds;

/// Calls for each that is accepted, where nobody says how many.
pub const RATIO: f64 = 2.0;
/// Over which time calls are counted, where nobody says so.
pub const WINDOW: Duration = Duration::from_secs(120);
/// The shortest of these: time is read in milliseconds, and a window has ten slices.
pub const SHORTEST_WINDOW: Duration = Duration::from_millis(10);
/// Calls before any is shed, where nobody says how many.
pub const MIN_CALLS: u32 = 10;
/// The share of calls that is shed at most, where nobody says so.
pub const MAX_SHARE: f64 = 0.9;

/// A window that is shorter than [`SHORTEST_WINDOW`].
pub const SHORT_WINDOW: &str = "`window` must be at least 10ms";

/// No call is shed while all are accepted.
pub fn ratio(ratio: f64) -> Option<String> {
    bounds::growth("ratio", ratio, "calls would be shed although each is accepted")
}
