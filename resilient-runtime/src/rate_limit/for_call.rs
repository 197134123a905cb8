//! A rate limit around one call: what it takes, and with closures that say which outcomes stop everybody.

use std::marker::PhantomData;
use std::time::Duration;

use crate::core::error::Failure;
use crate::core::lift::{Lift, lift_call};
use crate::core::plain_error::expect_plain;
use crate::rate_limit::guard::RateGuard;
use crate::rate_limit::limiter::RateLimiter;
use crate::rate_limit::signal::{NoSignals, PauseIf, PausedBy, Pausing, Says};

impl RateLimiter {
    /// For one call, takes so many permits; zero counts as 1.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{RateLimitPolicy, RateLimiter};
    /// use std::time::Duration;
    ///
    /// let limiter =
    ///     RateLimiter::new("github", RateLimitPolicy::new(80, Duration::from_secs(60)));
    /// assert_eq!(limiter.cost(30).call(|| Ok::<_, std::io::Error>(7)).unwrap(), 7);
    /// assert_eq!(limiter.available(), Some(50));
    /// ```
    pub const fn cost<T, E>(&self, permits: u32) -> RateLimitCall<'_, T, E> {
        RateLimitCall { limiter: self, permits, errors: NoSignals, values: NoSignals, of: PhantomData }
    }

    /// For one call, says by which errors the server says "too many": everybody who shares the limit stops, for as long as
    /// [`retry_after`](RateLimitCall::retry_after) finds in the error, or the policy's
    /// [`default_retry_after`](crate::RateLimitPolicy::default_retry_after).
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// # use resilient_runtime as resilient;
    /// use resilient::{RateLimitPolicy, RateLimiter};
    /// use std::time::Duration;
    ///
    /// enum ApiError {
    ///     TooMany { seconds: u64 },
    /// }
    ///
    /// let limiter =
    ///     RateLimiter::new("github", RateLimitPolicy::new(80, Duration::from_secs(60)));
    /// let answer = limiter
    ///     .paused_if(|error| matches!(error, ApiError::TooMany { .. }))
    ///     .retry_after(|ApiError::TooMany { seconds }| Some(Duration::from_secs(*seconds)))
    ///     .run(async { Err::<(), _>(ApiError::TooMany { seconds: 20 }) });
    /// assert!(answer.await.is_err());
    /// assert!(limiter.held_for() > Duration::from_secs(19));
    /// # });
    /// ```
    pub const fn paused_if<T, E, F: Fn(&E) -> bool>(&self, is_too_many: F) -> RateLimitCall<'_, T, E, PauseIf<F>> {
        let errors = PauseIf(is_too_many);
        RateLimitCall { limiter: self, permits: 1, errors, values: NoSignals, of: PhantomData }
    }

    /// For one call, says by which successes the server says so, such as a response with status 429.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{RateLimitPolicy, RateLimiter};
    /// use std::time::Duration;
    ///
    /// let limiter =
    ///     RateLimiter::new("github", RateLimitPolicy::new(80, Duration::from_secs(60)));
    /// let status =
    ///     limiter.paused_if_ok(|status| *status == 429).call(|| Ok::<_, std::io::Error>(429));
    /// assert_eq!(status.unwrap(), 429);
    /// assert!(limiter.try_acquire().is_err());
    /// ```
    pub const fn paused_if_ok<T, E, F: Fn(&T) -> bool>(
        &self,
        is_too_many: F,
    ) -> RateLimitCall<'_, T, E, NoSignals, PauseIf<F>> {
        let values = PauseIf(is_too_many);
        RateLimitCall { limiter: self, permits: 1, errors: NoSignals, values, of: PhantomData }
    }
}

/// A rate limit around one call: its cost, and which errors and values stop everybody. From [`RateLimiter::cost`],
/// [`paused_if`](RateLimiter::paused_if) and [`paused_if_ok`](RateLimiter::paused_if_ok).
#[derive(Debug)]
#[must_use = "it does nothing until `call`, `run`, `try_call` or `try_run`"]
pub struct RateLimitCall<'l, T, E, P = NoSignals, V = NoSignals> {
    limiter: &'l RateLimiter,
    permits: u32,
    errors: P,
    values: V,
    of: PhantomData<fn() -> Result<T, E>>,
}

impl<'l, T, E, P, V> RateLimitCall<'l, T, E, P, V> {
    /// Takes so many permits; zero counts as 1.
    pub fn cost(self, permits: u32) -> Self {
        Self { permits, ..self }
    }

    fn by_errors<N>(self, change: impl FnOnce(P) -> N) -> RateLimitCall<'l, T, E, N, V> {
        let Self { limiter, permits, errors, values, of } = self;
        RateLimitCall { limiter, permits, errors: change(errors), values, of }
    }

    fn by_values<N>(self, change: impl FnOnce(V) -> N) -> RateLimitCall<'l, T, E, P, N> {
        let Self { limiter, permits, errors, values, of } = self;
        RateLimitCall { limiter, permits, errors, values: change(values), of }
    }
}

impl<'l, T, E, V> RateLimitCall<'l, T, E, NoSignals, V> {
    /// These errors stop everybody. See [`RateLimiter::paused_if`].
    pub fn paused_if<F: Fn(&E) -> bool>(self, is_too_many: F) -> RateLimitCall<'l, T, E, PauseIf<F>, V> {
        self.by_errors(|NoSignals| PauseIf(is_too_many))
    }
}

impl<'l, T, E, P> RateLimitCall<'l, T, E, P, NoSignals> {
    /// These successes stop everybody. See [`RateLimiter::paused_if_ok`].
    pub fn paused_if_ok<F: Fn(&T) -> bool>(self, is_too_many: F) -> RateLimitCall<'l, T, E, P, PauseIf<F>> {
        self.by_values(|NoSignals| PauseIf(is_too_many))
    }
}

impl<'l, T, E, F, V> RateLimitCall<'l, T, E, PauseIf<F>, V> {
    /// For how long an error stops everybody, up to the policy's
    /// [`max_retry_after`](crate::RateLimitPolicy::max_retry_after).
    pub fn retry_after<A: Fn(&E) -> Option<Duration>>(self, find: A) -> RateLimitCall<'l, T, E, Pausing<F, A>, V> {
        self.by_errors(|PauseIf(is_too_many)| Pausing { is_too_many, retry_after: find })
    }
}

impl<'l, T, E, P, F> RateLimitCall<'l, T, E, P, PauseIf<F>> {
    /// For how long a success stops everybody, up to the policy's
    /// [`max_retry_after`](crate::RateLimitPolicy::max_retry_after).
    pub fn retry_after_ok<A: Fn(&T) -> Option<Duration>>(self, find: A) -> RateLimitCall<'l, T, E, P, Pausing<F, A>> {
        self.by_values(|PauseIf(is_too_many)| Pausing { is_too_many, retry_after: find })
    }
}

impl<T, E, P: Says<E>, V: Says<T>> RateLimitCall<'_, T, E, P, V> {
    /// As [`RateLimiter::call`].
    ///
    /// # Errors
    ///
    /// As [`RateLimiter::call`]; without a `retry_after` if it takes more permits than there can ever be.
    ///
    /// # Panics
    ///
    /// As [`RateLimiter::call`].
    #[track_caller]
    pub fn call(self, operation: impl FnOnce() -> Result<T, E>) -> Result<T, Failure<E>> {
        expect_plain::<E>("RateLimiter::call", "try_call");
        let Self { limiter, permits, errors, values, .. } = self;
        limiter.guard_blocking(permits, || lift_call(operation), &PausedBy { errors, values })
    }

    /// As [`RateLimiter::try_call`]. A refusal stops nobody.
    ///
    /// # Errors
    ///
    /// As [`call`](Self::call), or the operation's failure.
    pub fn try_call(self, operation: impl FnOnce() -> Result<T, Failure<E>>) -> Result<T, Failure<E>> {
        let Self { limiter, permits, errors, values, .. } = self;
        limiter.guard_blocking(permits, operation, &PausedBy { errors, values })
    }
}

impl<'l, T, E, P: Says<E>, V: Says<T>> RateLimitCall<'l, T, E, P, V> {
    /// As [`RateLimiter::run`].
    ///
    /// # Errors
    ///
    /// As [`call`](Self::call).
    ///
    /// # Panics
    ///
    /// As [`RateLimiter::run`].
    #[track_caller]
    pub fn run(self, operation: impl Future<Output = Result<T, E>>) -> impl Future<Output = Result<T, Failure<E>>> {
        expect_plain::<E>("RateLimiter::run", "try_run");
        self.guard(Lift::new(operation))
    }

    /// As [`RateLimiter::try_run`]. A refusal stops nobody.
    ///
    /// # Errors
    ///
    /// As [`try_call`](Self::try_call).
    pub fn try_run(
        self,
        operation: impl Future<Output = Result<T, Failure<E>>>,
    ) -> impl Future<Output = Result<T, Failure<E>>> {
        self.guard(operation)
    }

    fn guard<F>(self, body: F) -> RateGuard<'l, F, PausedBy<P, V>> {
        let Self { limiter, permits, errors, values, .. } = self;
        RateGuard::new(limiter, permits, body, PausedBy { errors, values })
    }
}
