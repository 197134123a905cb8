//! The policy of a retry: how often, when, and after which refusals.

use std::time::Duration;

use crate::core::check::{check, debug_check, first_of, is_growth, shorter};
use crate::core::error::ErrorKind;
use crate::retry::backoff::{Backoff, Jitter};

/// The settings of a retry: how often, when, and after which refusals. A plain value that can be a `const`.
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
/// assert_eq!(POLICY.delay(1), Duration::from_millis(50));
/// assert_eq!(POLICY.delay(3), Duration::from_millis(200));
/// ```
///
/// An invalid value does not compile in a `const`:
///
/// ```compile_fail
/// # use resilient_runtime::RetryPolicy;
/// const NEVER: RetryPolicy = RetryPolicy::new().max_attempts(0);
/// ```
///
/// # Panics
///
/// In debug builds a setter panics if its value is invalid. In release builds an invalid value is corrected where it is
/// used: see each setter.
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use = "a policy does nothing by itself"]
pub struct RetryPolicy {
    pub(super) max_attempts: Option<u32>,
    pub(super) backoff: Backoff,
    pub(super) base_delay: Duration,
    pub(super) max_delay: Duration,
    pub(super) exponential_base: f64,
    pub(super) jitter: Jitter,
    pub(super) max_elapsed: Option<Duration>,
    pub(super) max_retry_after: Duration,
    refused: Refused,
}

/// Which refusals are worth another attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Refused {
    pub(super) timed_out: bool,
    pub(super) bulkhead_full: bool,
    pub(super) circuit_open: bool,
}

impl RetryPolicy {
    /// What [`new`](Self::new) gives. Generated code begins with it: the compiler evaluates it once, and a call each time.
    #[doc(hidden)]
    pub const DEFAULT: Self = Self {
        max_attempts: Some(3),
        backoff: Backoff::Exponential,
        base_delay: Duration::from_millis(100),
        max_delay: Duration::from_secs(60),
        exponential_base: 2.0,
        jitter: Jitter::Full,
        max_elapsed: None,
        max_retry_after: Duration::from_secs(300),
        refused: Refused { timed_out: true, bulkhead_full: true, circuit_open: false },
    };

    /// Three attempts, exponential backoff from 100 ms to 60 s, full jitter.
    pub const fn new() -> Self {
        Self::DEFAULT
    }

    /// The number of attempts, the first included. Default: 3. Zero is invalid, and becomes 1.
    #[track_caller]
    pub const fn max_attempts(mut self, attempts: u32) -> Self {
        debug_check(first_of([(attempts == 0, "`max_attempts` must be at least 1")]));
        self.max_attempts = Some(attempts);
        self
    }

    /// Does not limit the number of attempts. To be used with [`max_elapsed`](Self::max_elapsed) and a
    /// [`base_delay`](Self::base_delay) above zero, which [`checked`](Self::checked) requires. Otherwise there are up
    /// to `u32::MAX` attempts.
    pub const fn unlimited_attempts(mut self) -> Self {
        self.max_attempts = None;
        self
    }

    /// How delays grow. Default: [`Backoff::Exponential`].
    pub const fn backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff;
        self
    }

    /// The first delay. Default: 100 ms. A delay of zero yields to other tasks, or to other threads in sync code; while
    /// tokio's clock is paused, it sleeps 1 ms of that clock.
    pub const fn base_delay(mut self, delay: Duration) -> Self {
        self.base_delay = delay;
        self
    }

    /// The longest computed delay, jitter included. Default: 60 s.
    pub const fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// The growth from one exponential delay to the next, at least 1. Default: 2.0. Less, or not a number, becomes 1.
    #[track_caller]
    pub const fn exponential_base(mut self, base: f64) -> Self {
        debug_check(first_of([(!is_growth(base), "`exponential_base` must be at least 1")]));
        self.exponential_base = base;
        self
    }

    /// How computed delays are randomised. Default: [`Jitter::Full`]. A factor outside of 0 to 1 becomes the nearer
    /// end.
    #[track_caller]
    pub const fn jitter(mut self, jitter: Jitter) -> Self {
        debug_check(jitter_problem(jitter));
        self.jitter = jitter;
        self
    }

    /// No delay begins that would end later than this after the first attempt began, so no attempt starts later. It
    /// does not interrupt an attempt. Above zero. Default: no limit.
    ///
    /// A [`deadline`](crate::deadline()) above acts in the same way, except that no attempt starts at exactly the
    /// deadline either.
    #[track_caller]
    pub const fn max_elapsed(mut self, limit: Duration) -> Self {
        debug_check(first_of([(limit.is_zero(), "`max_elapsed` must be above zero")]));
        self.max_elapsed = Some(limit);
        self
    }

    /// [`max_elapsed`](Self::max_elapsed) for an attribute, where `None` is no limit.
    #[doc(hidden)]
    #[track_caller]
    pub const fn max_elapsed_given(self, limit: Option<Duration>) -> Self {
        match limit {
            Some(limit) => self.max_elapsed(limit),
            None => Self { max_elapsed: None, ..self },
        }
    }

    /// The longest delay that the callee may ask for; a longer one is cut to it. Default: 300 s. Unless the
    /// [`jitter`](Self::jitter) is [`Jitter::None`], up to a tenth is added, because otherwise all callers that got the
    /// same answer would retry at the same moment.
    pub const fn max_retry_after(mut self, limit: Duration) -> Self {
        self.max_retry_after = limit;
        self
    }

    /// Whether to try again after [`Error::TimedOut`](crate::Error::TimedOut). Default: yes.
    pub const fn retry_timed_out(mut self, retry: bool) -> Self {
        self.refused.timed_out = retry;
        self
    }

    /// Whether to try again after [`Error::BulkheadFull`](crate::Error::BulkheadFull). Default: yes.
    pub const fn retry_bulkhead_full(mut self, retry: bool) -> Self {
        self.refused.bulkhead_full = retry;
        self
    }

    /// Whether to try again after [`Error::CircuitOpen`](crate::Error::CircuitOpen), once the breaker would admit a
    /// probe. Default: no.
    pub const fn retry_circuit_open(mut self, retry: bool) -> Self {
        self.refused.circuit_open = retry;
        self
    }

    /// The delay after the given failed attempt, counted from 1, before jitter. For [`Backoff::Decorrelated`], which is
    /// random by itself, the longest possible delay.
    pub fn delay(&self, attempt: u32) -> Duration {
        self.backoff.nominal(attempt, self.base_delay, self.exponential_base, self.max_delay)
    }

    /// The first problem of the whole policy, contradictions between settings included.
    const fn problem(&self) -> Option<&'static str> {
        let too_few = matches!(self.max_attempts, Some(0));
        let no_time = matches!(self.max_elapsed, Some(limit) if limit.is_zero());
        if let Some(problem) = jitter_problem(self.jitter) {
            return Some(problem);
        }
        first_of([
            (too_few, "`max_attempts` must be at least 1"),
            (self.max_attempts.is_none() && self.max_elapsed.is_none(), "unlimited attempts need a `max_elapsed`"),
            (no_time, "`max_elapsed` must be above zero"),
            (
                self.max_attempts.is_none() && self.base_delay.is_zero(),
                "unlimited attempts need a `base_delay` above zero",
            ),
            (!is_growth(self.exponential_base), "`exponential_base` must be at least 1"),
            (shorter(self.max_delay, self.base_delay), "`base_delay` must not be longer than `max_delay`"),
        ])
    }

    /// Returns the policy unchanged if all its settings are valid together.
    ///
    /// # Panics
    ///
    /// If a setting is out of range or two contradict each other; in a `const` that is a compile error.
    #[track_caller]
    pub const fn checked(self) -> Self {
        check(self.problem());
        self
    }

    pub(crate) const fn limits_time(&self) -> bool {
        self.max_elapsed.is_some()
    }

    pub(crate) const fn retries(&self, refusal: ErrorKind) -> bool {
        match refusal {
            ErrorKind::TimedOut => self.refused.timed_out,
            ErrorKind::BulkheadFull => self.refused.bulkhead_full,
            ErrorKind::CircuitOpen => self.refused.circuit_open,
            // An inner retry ran out of attempts by errors of the function; this one still has its own.
            ErrorKind::RetriesExhausted => true,
        }
    }

    /// The number of attempts, if it is limited.
    pub(crate) const fn most_attempts(&self) -> Option<u32> {
        match self.max_attempts {
            Some(0) => Some(1),
            limit => limit,
        }
    }

    /// Whether another attempt is allowed after `made`. The first is always made.
    pub(super) const fn attempts_left(&self, made: u32) -> bool {
        match self.max_attempts {
            Some(limit) => made < limit,
            None => made < u32::MAX,
        }
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self::new()
    }
}

const fn jitter_problem(jitter: Jitter) -> Option<&'static str> {
    match jitter {
        Jitter::Factor(factor) if !(factor >= 0.0 && factor <= 1.0) => Some("a `jitter` factor must be from 0 to 1"),
        _ => None,
    }
}

/// One attempt of a call. From [`Attempts::next`](crate::Attempts::next), or by `bind` in an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    pub(super) number: u32,
    pub(super) last: bool,
    pub(super) elapsed: Duration,
}

impl Attempt {
    /// The number of the attempt, counted from 1.
    pub const fn number(self) -> u32 {
        self.number
    }

    /// Whether `max_attempts` allows no attempt after this one. `max_elapsed` or a deadline may end the attempts
    /// earlier.
    pub const fn is_last(self) -> bool {
        self.last
    }

    /// The time from the start of the first attempt to the start of this one.
    pub const fn elapsed(self) -> Duration {
        self.elapsed
    }
}

#[cfg(test)]
mod tests;
