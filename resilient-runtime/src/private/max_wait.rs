//! How long a call waits for a slot, as an attribute gives it: a `Duration`, or an `Option` of one. In a `const`, where
//! no trait's method can be called.

#![allow(clippy::unused_self, reason = "methods are chosen by the type of what they are called on")]

use std::marker::PhantomData;
use std::ops::Deref;
use std::time::Duration;

use crate::policy::bulkhead::BulkheadPolicy;

/// What `max_wait` can be.
#[diagnostic::on_unimplemented(
    message = "`max_wait` is a `Duration`, or an `Option<Duration>` of which `None` waits for ever, and this is `{Self}`",
    label = "expected a `Duration`, found `{Self}`"
)]
pub trait WaitLimit {}

impl WaitLimit for Duration {}
impl WaitLimit for Option<Duration> {}

/// A `max_wait` that was given.
#[derive(Clone, Copy, Debug)]
pub struct MaxWait<T>(T);

/// Takes the place of one of a wrong type, of which [`WaitLimit`] has already said what is wrong.
#[derive(Clone, Copy, Debug)]
pub struct NoWait<T>(PhantomData<fn() -> T>);

/// A `max_wait` of this type.
pub const fn max_wait<T: WaitLimit + Copy>(limit: T) -> MaxWait<T> {
    MaxWait(limit)
}

impl MaxWait<Duration> {
    /// The duration itself.
    #[must_use]
    pub const fn __resilient_constant_wait(self) -> Duration {
        self.0
    }
}

impl MaxWait<Option<Duration>> {
    /// The duration, or the one that stands for no limit.
    #[must_use]
    pub const fn __resilient_constant_wait(self) -> Duration {
        match self.0 {
            Some(limit) => limit,
            None => BulkheadPolicy::UNLIMITED_WAIT,
        }
    }
}

impl<T> Deref for MaxWait<T> {
    type Target = NoWait<T>;

    fn deref(&self) -> &NoWait<T> {
        &NoWait(PhantomData)
    }
}

impl<T> NoWait<T> {
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
