//! The step of `#[rate_limit]` in a pipeline.

use std::time::Duration;

use crate::core::error::{Failure, Refusal};
use crate::rate_limit::guard::RateGuard;
use crate::rate_limit::limiter::RateLimiter;
use crate::rate_limit::signal::{NoSignals, PausedBy, Pausing};

/// Errors and values each by a filter, and for how long.
type Paused<C, A, P, B> = PausedBy<Pausing<C, A>, Pausing<P, B>>;

/// A body that begins once it has its permits.
#[inline]
pub const fn rate_limit<F>(limiter: &RateLimiter, body: F, cost: u32) -> RateGuard<'_, F, NoSignals> {
    RateGuard::new(limiter, cost, body, NoSignals)
}

/// The same where some errors and some values stop everybody, for as long as they say.
#[inline]
pub fn rate_limit_paused<F, C, A, P, B, T, E, R>(
    limiter: &RateLimiter,
    body: F,
    cost: u32,
    errors: C,
    after_error: A,
    values: P,
    after_value: B,
) -> RateGuard<'_, F, Paused<C, A, P, B>>
where
    F: Future<Output = Result<T, Failure<E, R>>>,
    C: Fn(&E) -> bool,
    A: Fn(&E) -> Option<Duration>,
    P: Fn(&T) -> bool,
    B: Fn(&T) -> Option<Duration>,
{
    RateGuard::new(limiter, cost, body, paused_by(errors, after_error, values, after_value))
}

/// Runs a body once it has its permits.
///
/// # Errors
///
/// The failure of the body, or that the limit is reached.
#[inline]
pub fn rate_limit_blocking<T, E, R: Refusal>(
    limiter: &RateLimiter,
    body: impl FnOnce() -> Result<T, Failure<E, R>>,
    cost: u32,
) -> Result<T, Failure<E>> {
    limiter.guard_blocking(cost, body, &NoSignals)
}

/// The same where some errors and some values stop everybody, for as long as they say.
///
/// # Errors
///
/// The failure of the body, or that the limit is reached.
#[inline]
pub fn rate_limit_blocking_paused<T, E, R: Refusal>(
    limiter: &RateLimiter,
    body: impl FnOnce() -> Result<T, Failure<E, R>>,
    cost: u32,
    errors: impl Fn(&E) -> bool,
    after_error: impl Fn(&E) -> Option<Duration>,
    values: impl Fn(&T) -> bool,
    after_value: impl Fn(&T) -> Option<Duration>,
) -> Result<T, Failure<E>> {
    limiter.guard_blocking(cost, body, &paused_by(errors, after_error, values, after_value))
}

const fn paused_by<C, A, P, B>(errors: C, after_error: A, values: P, after_value: B) -> Paused<C, A, P, B> {
    PausedBy {
        errors: Pausing { is_too_many: errors, retry_after: after_error },
        values: Pausing { is_too_many: values, retry_after: after_value },
    }
}
