//! The settings of a timeout.

use std::time::Duration;

/// A call has some time.
pub fn zero(limit: Duration) -> Option<&'static str> {
    limit.is_zero().then_some("a timeout of zero expires before anything can run")
}
