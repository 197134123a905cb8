//! The clock of a scope, as tests have it.

use std::sync::Arc;
use std::time::Duration;

use crate::core::block_on::block_for;
use crate::core::scope;

/// The clock of a scope. From [`Scope::clock`](crate::testing::Scope::clock).
///
/// In a tokio runtime it follows that one's clock, which `start_paused` or `tokio::time::pause` stop; without one it
/// stands still. Pauses and waits of sync code move it on instead of taking time.
#[derive(Clone)]
pub struct Clock {
    pub(super) scope: Arc<scope::Scope>,
}

impl Clock {
    /// Moves the clock on. What becomes due, such as the delay of a retry or the open time of a breaker, is due at once.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{BreakerPolicy, CircuitState, registry};
    /// use std::time::Duration;
    ///
    /// let scope = resilient::testing::scope();
    /// let policy =
    ///     BreakerPolicy::new().failure_threshold(1).recovery_timeout(Duration::from_secs(30));
    /// let breaker = registry().circuit_breaker_or_insert("users", policy);
    /// breaker.record_failure();
    /// assert_eq!(breaker.state(), CircuitState::Open);
    /// scope.clock().advance(Duration::from_secs(30));
    /// assert_eq!(breaker.state(), CircuitState::HalfOpen);
    /// ```
    pub fn advance(&self, time: Duration) {
        self.scope.clock().advance(time);
    }

    /// The time since the scope began, by this clock.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use std::time::Duration;
    ///
    /// let scope = resilient::testing::scope();
    /// resilient::testing::sleep(Duration::from_secs(5));
    /// assert_eq!(scope.clock().elapsed(), Duration::from_secs(5));
    /// ```
    pub fn elapsed(&self) -> Duration {
        self.scope.clock().elapsed()
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Clock").field("elapsed", &self.elapsed()).finish()
    }
}

/// Blocks the thread for so long by the clock of the current scope: it takes no time, because the clock moves on as soon
/// as nothing else runs in the scope that a call waits for. For bodies of sync functions that are to be slow.
///
/// In async code, await `tokio::time::sleep` under a paused clock instead. Outside of all scopes it sleeps in real time.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::TimeoutPolicy;
/// use std::time::Duration;
///
/// let _scope = resilient::testing::scope();
/// let limit = TimeoutPolicy::new(Duration::from_secs(2));
/// let slow = || Ok::<_, ()>(resilient::testing::sleep(Duration::from_secs(60)));
/// assert!(
///     limit.call(slow).unwrap_err().refusal().unwrap().is_timed_out(),
///     "after two seconds by the clock of the scope"
/// );
/// ```
pub fn sleep(time: Duration) {
    block_for(time);
}
