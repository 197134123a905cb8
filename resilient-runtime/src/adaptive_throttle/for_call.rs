//! An adaptive throttle around one call, with closures that say which outcomes are failures.

use crate::adaptive_throttle::throttle::AdaptiveThrottle;
use crate::core::error_filter::EveryError;
use crate::outcomes::for_call::{ByError, ByResult, ByValue, JudgedCall};

impl AdaptiveThrottle {
    /// For one call, says which errors are failures; others count neither way.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{AdaptiveThrottle, AdaptiveThrottlePolicy};
    /// use std::io::{Error, ErrorKind};
    ///
    /// let throttle = AdaptiveThrottle::new("files", AdaptiveThrottlePolicy::new());
    /// let is_failure = |error: &Error| error.kind() != ErrorKind::NotFound;
    /// let missing = throttle
    ///     .failure_if(is_failure)
    ///     .call(|| Err::<(), _>(Error::from(ErrorKind::NotFound)));
    /// assert!(missing.is_err());
    /// assert_eq!((throttle.stats().failed_calls, throttle.stats().ignored_calls), (0, 1));
    /// ```
    pub const fn failure_if<T, E, F: Fn(&E) -> bool>(&self, is_failure: F) -> ThrottleCall<'_, T, E, ByError<F>> {
        JudgedCall::new(self, ByError(is_failure))
    }

    /// For one call, says which values are failures beside every error, such as a response with status 503.
    pub const fn failure_if_ok<T, E, F: Fn(&T) -> bool>(
        &self,
        is_failure: F,
    ) -> ThrottleCall<'_, T, E, ByValue<EveryError, F>> {
        JudgedCall::new(self, ByValue { errors: EveryError, values: is_failure })
    }

    /// For one call, says which results are failures; another error counts neither way.
    pub const fn failure_if_result<T, E, F: Fn(&Result<T, E>) -> bool>(
        &self,
        is_failure: F,
    ) -> ThrottleCall<'_, T, E, ByResult<F>> {
        JudgedCall::new(self, ByResult(is_failure))
    }
}

/// A throttle around one call, and which outcomes are failures. From [`AdaptiveThrottle::failure_if`] and its like.
pub type ThrottleCall<'t, T, E, C> = JudgedCall<'t, AdaptiveThrottle, T, E, C>;
