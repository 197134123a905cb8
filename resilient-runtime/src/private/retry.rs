//! The steps of `#[retry]` in a pipeline.

use std::time::Duration;

use crate::core::error::{Failure, Refusal};
use crate::retry::driver::Retrying;
use crate::retry::policy::{Attempt, RetryPolicy};

/// The attempts of a call. `timed` if something looks at the time although the policy does not limit it.
#[inline]
pub fn retrying(policy: &RetryPolicy, timed: bool) -> Retrying<'_> {
    Retrying::new(policy, timed)
}

/// Counts an attempt that is about to be made.
#[inline]
pub fn begin(retrying: &mut Retrying<'_>) -> Attempt {
    retrying.begin()
}

/// The delay before another attempt; `None` if the outcome is the answer.
#[inline]
pub fn delay_after<T, E, R: Refusal>(
    retrying: &mut Retrying<'_>,
    outcome: &Result<T, Failure<E, R>>,
) -> Option<Duration> {
    retrying.delay_after(outcome, |_| true)
}

/// The same if only some errors are worth another attempt.
#[inline]
pub fn delay_after_if<T, E, R: Refusal>(
    retrying: &mut Retrying<'_>,
    outcome: &Result<T, Failure<E, R>>,
    is_worth_it: impl FnOnce(&E) -> bool,
) -> Option<Duration> {
    retrying.delay_after(outcome, is_worth_it)
}
