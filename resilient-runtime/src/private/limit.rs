//! A limit in an attribute: a `Duration`, or an `Option` of one, where `None` means no limit.
//!
//! Generated code writes `limit(EXPR).__resilient_limit()` for a limit that is no literal, and calls `max_wait` or
//! `only_limit` in place of `limit` where other types fit.

#![allow(clippy::unused_self, reason = "methods are chosen by the type of what they are called on")]

use std::time::Duration;

use crate::private::given::{Given, Wrong};

/// What a limit can be.
#[diagnostic::on_unimplemented(
    message = "a limit is a `Duration`, or an `Option<Duration>` that may be none, and this is `{Self}`",
    label = "expected `Duration` or `Option<Duration>`"
)]
pub trait OptionalLimit {}

#[diagnostic::do_not_recommend]
impl OptionalLimit for Duration {}
#[diagnostic::do_not_recommend]
impl OptionalLimit for Option<Duration> {}

/// What `max_wait` can be.
#[diagnostic::on_unimplemented(
    message = "`max_wait` is a `Duration`, or an `Option<Duration>` of which `None` waits for ever, and this is `{Self}`",
    label = "expected a `Duration`, found `{Self}`"
)]
pub trait WaitLimit {}

#[diagnostic::do_not_recommend]
impl WaitLimit for Duration {}
#[diagnostic::do_not_recommend]
impl WaitLimit for Option<Duration> {}

/// What `max_elapsed` can be where nothing else ends the attempts.
#[diagnostic::on_unimplemented(
    message = "`max_attempts = unlimited` needs a `max_elapsed` that is a `Duration`, and this is `{Self}`",
    label = "expected a `Duration`, found `{Self}`",
    note = "give a `Duration`, or limit the attempts: without either they would never end"
)]
pub trait OnlyLimit {}

#[diagnostic::do_not_recommend]
impl OnlyLimit for Duration {}

/// A limit of this type.
pub const fn limit<T: OptionalLimit + Copy>(limit: T) -> Given<T> {
    Given(limit)
}

/// A `max_wait` of this type.
pub const fn max_wait<T: WaitLimit + Copy>(limit: T) -> Given<T> {
    Given(limit)
}

/// A `max_elapsed` of this type, for any number of attempts.
pub const fn only_limit<T: OnlyLimit + Copy>(limit: T) -> Given<T> {
    Given(limit)
}

impl Given<Duration> {
    /// The duration.
    #[must_use]
    #[allow(clippy::unnecessary_wraps, reason = "the same for each type that fits")]
    pub const fn __resilient_limit(self) -> Option<Duration> {
        Some(self.0)
    }
}

impl Given<Option<Duration>> {
    /// The duration, if there is one.
    #[must_use]
    pub const fn __resilient_limit(self) -> Option<Duration> {
        self.0
    }
}

impl<T> Wrong<T> {
    /// Never called.
    #[must_use]
    pub const fn __resilient_limit(&self) -> Option<Duration> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_may_be_an_option() {
        let second = Duration::from_secs(1);
        assert_eq!([limit(second).__resilient_limit(), limit(Some(second)).__resilient_limit()], [Some(second); 2]);
        assert_eq!(max_wait(None).__resilient_limit(), None);
    }
}
