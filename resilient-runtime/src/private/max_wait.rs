//! How long a call waits for a slot, as an attribute gives it: a `Duration`, or an `Option` of one.

#![allow(clippy::unused_self, reason = "methods are chosen by the type of what they are called on")]

use std::time::Duration;

use crate::policy::bulkhead::BulkheadPolicy;
use crate::private::given::{Given, Wrong};

/// What `max_wait` can be.
#[diagnostic::on_unimplemented(
    message = "`max_wait` is a `Duration`, or an `Option<Duration>` of which `None` waits for ever, and this is `{Self}`",
    label = "expected a `Duration`, found `{Self}`"
)]
pub trait WaitLimit {}

impl WaitLimit for Duration {}
impl WaitLimit for Option<Duration> {}

/// A `max_wait` of this type.
pub const fn max_wait<T: WaitLimit + Copy>(limit: T) -> Given<T> {
    Given(limit)
}

impl Given<Duration> {
    /// The duration itself.
    #[must_use]
    pub const fn __resilient_constant_wait(self) -> Duration {
        self.0
    }
}

impl Given<Option<Duration>> {
    /// The duration, or the one that stands for no limit.
    #[must_use]
    pub const fn __resilient_constant_wait(self) -> Duration {
        match self.0 {
            Some(limit) => limit,
            None => BulkheadPolicy::UNLIMITED_WAIT,
        }
    }
}

impl<T> Wrong<T> {
    /// Never called.
    #[must_use]
    pub const fn __resilient_constant_wait(&self) -> Duration {
        Duration::ZERO
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_limit_waits_for_ever() {
        let second = Duration::from_secs(1);
        assert_eq!(
            [max_wait(second).__resilient_constant_wait(), max_wait(Some(second)).__resilient_constant_wait()],
            [second; 2]
        );
        assert_eq!(max_wait(None).__resilient_constant_wait(), Duration::MAX);
    }
}
