//! A breaker around one call, with closures that say which outcomes are failures.

use crate::circuit_breaker::breaker::CircuitBreaker;
use crate::core::error_filter::EveryError;
use crate::outcomes::for_call::{ByError, ByResult, ByValue, JudgedCall};

impl CircuitBreaker {
    /// For one call, says which errors are failures; others count neither way.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// # use resilient_runtime as resilient;
    /// use resilient::{BreakerPolicy, CircuitBreaker, CircuitState};
    /// use std::io::{Error, ErrorKind};
    ///
    /// let breaker = CircuitBreaker::new("files", BreakerPolicy::new().failure_threshold(1));
    /// let is_failure = |error: &Error| error.kind() != ErrorKind::NotFound;
    ///
    /// let missing = async { Err::<(), _>(Error::from(ErrorKind::NotFound)) };
    /// assert!(breaker.failure_if(is_failure).run(missing).await.is_err());
    /// assert_eq!(breaker.state(), CircuitState::Closed);
    /// # });
    /// ```
    pub const fn failure_if<T, E, F: Fn(&E) -> bool>(&self, is_failure: F) -> BreakerCall<'_, T, E, ByError<F>> {
        JudgedCall::new(self, ByError(is_failure))
    }

    /// For one call, says which values are failures beside every error.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{BreakerPolicy, CircuitBreaker, CircuitState};
    ///
    /// let breaker = CircuitBreaker::new("api", BreakerPolicy::new().failure_threshold(1));
    /// let status = breaker
    ///     .failure_if_ok(|status: &u16| *status >= 500)
    ///     .call(|| Ok::<_, std::io::Error>(503));
    /// assert_eq!((status.unwrap(), breaker.state()), (503, CircuitState::Open));
    /// ```
    pub const fn failure_if_ok<T, E, F: Fn(&T) -> bool>(
        &self,
        is_failure: F,
    ) -> BreakerCall<'_, T, E, ByValue<EveryError, F>> {
        JudgedCall::new(self, ByValue { errors: EveryError, values: is_failure })
    }

    /// For one call, says which results are failures; another error counts neither way.
    pub const fn failure_if_result<T, E, F: Fn(&Result<T, E>) -> bool>(
        &self,
        is_failure: F,
    ) -> BreakerCall<'_, T, E, ByResult<F>> {
        JudgedCall::new(self, ByResult(is_failure))
    }
}

/// A breaker around one call, and which outcomes are failures. From [`CircuitBreaker::failure_if`] and its like.
pub type BreakerCall<'b, T, E, C> = JudgedCall<'b, CircuitBreaker, T, E, C>;
