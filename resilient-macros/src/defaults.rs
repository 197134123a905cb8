//! What holds where a setting is not written. The runtime's policies start from the same values; a test of the facade
//! compares the two.

use std::time::Duration;

use crate::model::{Setting, Value};

/// The known value, or the default where it may be assumed.
pub(crate) fn effective<T: Copy>(setting: Option<&Setting<Value<T>>>, default: Option<T>) -> Option<T> {
    match setting {
        Some(Setting { value: Value::Known(value), .. }) => Some(*value),
        Some(_) => None,
        None => default,
    }
}

pub(crate) mod retry {
    use super::Duration;

    pub(crate) const MAX_ATTEMPTS: u32 = 3;
    pub(crate) const BASE_DELAY: Duration = Duration::from_millis(100);
    pub(crate) const MAX_DELAY: Duration = Duration::from_secs(60);
    pub(crate) const EXPONENTIAL_BASE: f64 = 2.0;
    pub(crate) const MAX_RETRY_AFTER: Duration = Duration::from_secs(300);
}

pub(crate) mod breaker {
    use super::Duration;

    pub(crate) const FAILURE_THRESHOLD: u32 = 5;
    /// Calls.
    pub(crate) const WINDOW: u32 = 100;
    /// No default, but a limit of the runtime.
    pub(crate) const SHORTEST_TIME_WINDOW: Duration = Duration::from_millis(10);
    /// Of a time window; a count window waits until it is full.
    pub(crate) const MIN_CALLS_IN_TIME: u32 = 10;
    pub(crate) const RECOVERY_TIMEOUT: Duration = Duration::from_secs(30);
    /// Where `recovery_timeout` is not longer.
    pub(crate) const PROBE_TIMEOUT: Duration = Duration::from_secs(30);
    pub(crate) const MAX_RECOVERY_TIMEOUT: Duration = Duration::from_secs(600);
    pub(crate) const HALF_OPEN_MAX_CALLS: u32 = 3;
    pub(crate) const SUCCESS_THRESHOLD: u32 = 2;
}

pub(crate) mod bulkhead {
    use super::Duration;

    pub(crate) const MAX_CONCURRENT: u32 = 10;
    pub(crate) const MAX_WAIT: Duration = Duration::ZERO;
    /// What `max_wait = unlimited` is in the policy.
    pub(crate) const UNLIMITED_WAIT: Duration = Duration::MAX;
}
