//! The policy of a retry: its settings and the functions that look at errors.

use std::fmt;
use std::time::Duration;

use crate::retry::backoff::{Backoff, Jitter};
use crate::retry::rules::{AnyError, Covers, Rules};
use crate::retry::settings::Settings;

/// How often, when, after which refusals, and after which errors an operation is repeated. A plain value that can be a
/// `const`.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::{Jitter, RetryPolicy};
/// use std::time::Duration;
///
/// const POLICY: RetryPolicy = RetryPolicy::new()
///     .max_attempts(5)
///     .base_delay(Duration::from_millis(50))
///     .jitter(Jitter::None);
///
/// assert_eq!(POLICY.delay(1), Some(Duration::from_millis(50)));
/// assert_eq!(POLICY.delay(3), Some(Duration::from_millis(200)));
/// ```
///
/// # Errors of one type
///
/// A `RetryPolicy` repeats after every error, of any type. A function over errors, such as
/// [`retry_if`](Self::retry_if), makes it a policy for errors of that type. It takes functions without captures, so
/// that the policy can still be a `const`. The first of them decides the type: a closure there says the type of its
/// argument, as in `|error: &ApiError| …`.
///
/// ```
/// # use resilient_runtime as resilient;
/// # use std::time::Duration;
/// use resilient::RetryPolicy;
///
/// enum ApiError {
///     Status(u16),
/// }
///
/// impl ApiError {
///     fn is_transient(&self) -> bool {
///         matches!(self, ApiError::Status(500..))
///     }
/// }
///
/// const API: RetryPolicy<ApiError> =
///     RetryPolicy::new().max_attempts(5).retry_if(ApiError::is_transient);
///
/// let mut calls = 0;
/// let answer: Result<(), _> = API.call(|| {
///     calls += 1;
///     Err(ApiError::Status(404))
/// });
/// assert!(matches!(answer, Err(ApiError::Status(404))));
/// assert_eq!(calls, 1);
/// ```
///
/// An attribute takes both: `#[retry(policy = API)]` on a function whose error is an `ApiError`.
///
/// # Invalid values
///
/// An invalid value does not compile in a `const`:
///
/// ```compile_fail
/// # use resilient_runtime::RetryPolicy;
/// const NEVER: RetryPolicy = RetryPolicy::new().max_attempts(0);
/// ```
///
/// Of a value that is known only at run time, the setters that begin with `try_` return an error.
///
/// # Panics
///
/// In debug builds a setter panics if its value is invalid. In release builds an invalid value is corrected where it is
/// used: see each setter.
#[must_use = "a policy does nothing by itself"]
pub struct RetryPolicy<E: ?Sized = AnyError> {
    pub(super) settings: Settings,
    pub(super) rules: Rules<E>,
}

impl RetryPolicy {
    /// What [`new`](Self::new) gives. Generated code begins with it: the compiler evaluates it once, and a call each time.
    #[doc(hidden)]
    pub const DEFAULT: Self = Self { settings: Settings::DEFAULT, rules: Rules::NONE };

    /// Three attempts, exponential backoff from 100 ms to 60 s, full jitter; every error is retried.
    pub const fn new() -> Self {
        Self::DEFAULT
    }
}

impl<E: ?Sized> RetryPolicy<E> {
    /// The number of attempts, the first included. Default: 3. Zero is invalid, and becomes 1.
    #[track_caller]
    pub const fn max_attempts(self, attempts: u32) -> Self {
        Self { settings: self.settings.max_attempts(attempts), rules: self.rules }
    }

    /// Does not limit the number of attempts. To be used with [`max_elapsed`](Self::max_elapsed) or
    /// [`in_budget`](Self::in_budget), and with a [`base_delay`](Self::base_delay) above zero, which
    /// [`checked`](Self::checked) requires. Otherwise there are up to `u32::MAX` attempts.
    pub const fn unlimited_attempts(self) -> Self {
        Self { settings: self.settings.unlimited_attempts(), rules: self.rules }
    }

    /// How delays grow. Default: [`Backoff::Exponential`]. An empty [`Backoff::List`] is invalid, and becomes
    /// [`Backoff::Constant`].
    #[track_caller]
    pub const fn backoff(self, backoff: Backoff) -> Self {
        Self { settings: self.settings.backoff(backoff), rules: self.rules }
    }

    /// The first delay. Default: 100 ms. A delay of zero yields to other tasks, or to other threads in sync code; while
    /// tokio's clock is paused, it sleeps 1 ms of that clock.
    pub const fn base_delay(self, delay: Duration) -> Self {
        Self { settings: self.settings.base_delay(delay), rules: self.rules }
    }

    /// The longest computed delay, jitter included. Default: 60 s.
    pub const fn max_delay(self, delay: Duration) -> Self {
        Self { settings: self.settings.max_delay(delay), rules: self.rules }
    }

    /// The growth from one exponential delay to the next, at least 1. Default: 2.0. Less, or not a number, becomes 1.
    #[track_caller]
    pub const fn exponential_base(self, base: f64) -> Self {
        Self { settings: self.settings.exponential_base(base), rules: self.rules }
    }

    /// How computed delays are randomised. Default: [`Jitter::Full`], or [`Jitter::None`] with [`Backoff::Custom`] and
    /// [`Backoff::List`]. A factor outside of 0 to 1 becomes the nearer end.
    #[track_caller]
    pub const fn jitter(self, jitter: Jitter) -> Self {
        Self { settings: self.settings.jitter(jitter), rules: self.rules }
    }

    /// No delay begins that would end later than this after the first attempt began, so no attempt starts later. It
    /// does not interrupt an attempt. Above zero. Default: no limit.
    ///
    /// A [`deadline`](crate::deadline()) above acts in the same way, except that no attempt starts at exactly the
    /// deadline either; [`ignore_deadline`](Self::ignore_deadline) turns that off.
    #[track_caller]
    pub const fn max_elapsed(self, limit: Duration) -> Self {
        Self { settings: self.settings.max_elapsed(limit), rules: self.rules }
    }

    /// [`max_elapsed`](Self::max_elapsed) for an attribute, where `None` is no limit.
    #[doc(hidden)]
    #[track_caller]
    pub const fn max_elapsed_given(self, limit: Option<Duration>) -> Self {
        Self { settings: self.settings.max_elapsed_given(limit), rules: self.rules }
    }

    /// The longest delay that the callee may ask for; a longer one is cut to it. Default: 300 s. Unless the
    /// [`jitter`](Self::jitter) is set to [`Jitter::None`], up to a tenth is added, because otherwise all callers that
    /// got the same answer would retry at the same moment.
    pub const fn max_retry_after(self, limit: Duration) -> Self {
        Self { settings: self.settings.max_retry_after(limit), rules: self.rules }
    }

    /// Delays begin although they end after the [`deadline`](crate::deadline()) above, and further attempts follow.
    /// Default: such a delay does not begin, and the last error returns at once.
    ///
    /// A timeout above still ends all: below one nothing begins after its deadline. So this is for calls below a deadline
    /// that was [given](crate::with_deadline()) and that is not theirs, such as those that undo something.
    pub const fn ignore_deadline(self) -> Self {
        Self { settings: self.settings.ignore_deadline(), rules: self.rules }
    }

    /// Says that each call has a [budget](Self::with_budget), so that unlimited attempts need no
    /// [`max_elapsed`](Self::max_elapsed). The calls give the budget, because a policy is a plain value; one without a
    /// budget is not refused. An attribute with a `budget` says so by itself.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::RetryPolicy;
    ///
    /// const API: RetryPolicy = RetryPolicy::new().unlimited_attempts().in_budget().checked();
    /// ```
    pub const fn in_budget(self) -> Self {
        Self { settings: self.settings.in_budget(), rules: self.rules }
    }

    /// Whether to try again after [`Error::TimedOut`](crate::Error::TimedOut). Default: yes.
    pub const fn retry_timed_out(self, retry: bool) -> Self {
        Self { settings: self.settings.retry_timed_out(retry), rules: self.rules }
    }

    /// Whether to try again after [`Error::BulkheadFull`](crate::Error::BulkheadFull). Default: yes.
    pub const fn retry_bulkhead_full(self, retry: bool) -> Self {
        Self { settings: self.settings.retry_bulkhead_full(retry), rules: self.rules }
    }

    /// Whether to try again after [`Error::CircuitOpen`](crate::Error::CircuitOpen), once the breaker would admit a
    /// probe. Default: no.
    pub const fn retry_circuit_open(self, retry: bool) -> Self {
        Self { settings: self.settings.retry_circuit_open(retry), rules: self.rules }
    }

    /// Whether to try again after [`Error::RateLimited`](crate::Error::RateLimited), once a call could begin. One that can
    /// never begin is not repeated. Default: no.
    pub const fn retry_rate_limited(self, retry: bool) -> Self {
        Self { settings: self.settings.retry_rate_limited(retry), rules: self.rules }
    }

    /// Whether to try again after [`Error::Shed`](crate::Error::Shed). Default: no, because a repeated call is another one
    /// for a callee that does not accept those that it gets.
    pub const fn retry_shed(self, retry: bool) -> Self {
        Self { settings: self.settings.retry_shed(retry), rules: self.rules }
    }

    /// The same functions with other settings.
    #[cfg(feature = "config")]
    pub(crate) const fn with_settings(self, settings: Settings) -> Self {
        Self { settings, rules: self.rules }
    }

    /// The settings that no error type has a part in.
    pub(crate) const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Returns the policy unchanged if all its settings are valid together.
    ///
    /// # Panics
    ///
    /// If a setting is out of range or two contradict each other; in a `const` that is a compile error.
    #[track_caller]
    pub const fn checked(self) -> Self {
        Self { settings: self.settings.checked(), rules: self.rules }
    }

    /// The delay after the given failed attempt, counted from 1, before jitter. `None` for [`Backoff::Decorrelated`],
    /// which is random by itself.
    pub fn delay(&self, attempt: u32) -> Option<Duration> {
        let is_random = self.settings.backoff == Backoff::Decorrelated;
        (!is_random).then(|| self.settings.longest_delay(attempt))
    }

    /// Whether another attempt follows the given one, counted from 1, if it ended with this error. It knows nothing of
    /// the time: [`max_elapsed`](Self::max_elapsed) or a deadline may end the attempts earlier.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::RetryPolicy;
    ///
    /// const SHORT: RetryPolicy<u32> =
    ///     RetryPolicy::new().max_attempts(3).retry_if(|error| *error < 10);
    ///
    /// assert!(SHORT.should_retry(2, &7) && !SHORT.should_retry(2, &10));
    /// assert!(!SHORT.should_retry(3, &7), "three attempts are all");
    /// ```
    pub fn should_retry<A>(&self, attempt: u32, error: &A) -> bool
    where
        E: Covers<A>,
    {
        let is_worth_it = self.rules_for::<A>().and_then(|rules| rules.retry_if).is_none_or(|retry_if| retry_if(error));
        is_worth_it && self.settings.attempts_left(attempt)
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self::new()
    }
}

impl<E: ?Sized> Clone for RetryPolicy<E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E: ?Sized> Copy for RetryPolicy<E> {}

/// Equal if the settings are, and the functions are the same. A function may have several addresses, so that a policy
/// with functions can differ from itself.
impl<E: ?Sized> PartialEq for RetryPolicy<E> {
    fn eq(&self, other: &Self) -> bool {
        self.settings == other.settings && self.rules == other.rules
    }
}

impl<E: ?Sized> fmt::Debug for RetryPolicy<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { settings, rules } = self;
        f.debug_struct("RetryPolicy").field("settings", settings).field("functions", rules).finish()
    }
}

#[cfg(test)]
mod tests;
