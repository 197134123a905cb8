//! When to try again: the policy, and the pure state of one call's attempts.

use std::time::Duration;

use crate::core::check::{check, debug_check, first_of, is_growth, shorter};
use crate::core::error::ErrorKind;
use crate::retry::backoff::{Backoff, Jitter};

/// How often, when and after which refusals to try again. A plain value that can be a `const`.
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
/// A value that makes no sense does not compile in a `const`:
///
/// ```compile_fail
/// # use resilient_runtime::RetryPolicy;
/// const NEVER: RetryPolicy = RetryPolicy::new().max_attempts(0);
/// ```
///
/// Computed while running, such a value panics in debug builds; in release builds it is corrected where it is used, as
/// each setter says.
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
    /// Three attempts, exponential backoff from 100 ms to 60 s, full jitter.
    pub const fn new() -> Self {
        Self {
            max_attempts: Some(3),
            backoff: Backoff::Exponential,
            base_delay: Duration::from_millis(100),
            max_delay: Duration::from_secs(60),
            exponential_base: 2.0,
            jitter: Jitter::Full,
            max_elapsed: None,
            max_retry_after: Duration::from_secs(300),
            refused: Refused { timed_out: true, bulkhead_full: true, circuit_open: false },
        }
    }

    /// Attempts in all, the first included. Default: 3. Zero becomes 1.
    #[track_caller]
    pub const fn max_attempts(mut self, attempts: u32) -> Self {
        debug_check(first_of([(attempts == 0, "`max_attempts` must be at least 1")]));
        self.max_attempts = Some(attempts);
        self
    }

    /// Any number of attempts: only together with [`max_elapsed`](Self::max_elapsed) and a
    /// [`base_delay`](Self::base_delay) above zero. Without the first the attempts are limited to `u32::MAX`.
    pub const fn unlimited_attempts(mut self) -> Self {
        self.max_attempts = None;
        self
    }

    /// How the delays grow. Default: [`Backoff::Exponential`].
    pub const fn backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff;
        self
    }

    /// The first delay. Default: 100 ms. A delay of zero lets other tasks have their turn, or other threads in sync code;
    /// where tokio's clock is paused, it sleeps 1 ms of that clock.
    pub const fn base_delay(mut self, delay: Duration) -> Self {
        self.base_delay = delay;
        self
    }

    /// No computed delay is longer, jitter included. Default: 60 s.
    pub const fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// The growth of exponential delays per attempt. Default: 2.0. Below 1 or not a number becomes 1.
    #[track_caller]
    pub const fn exponential_base(mut self, base: f64) -> Self {
        debug_check(first_of([(!is_growth(base), "`exponential_base` must be at least 1")]));
        self.exponential_base = base;
        self
    }

    /// How delays are spread. Default: [`Jitter::Full`]. A factor outside 0 to 1 becomes the nearer end.
    #[track_caller]
    pub const fn jitter(mut self, jitter: Jitter) -> Self {
        debug_check(jitter_problem(jitter));
        self.jitter = jitter;
        self
    }

    /// No attempt starts, and no delay begins, that would end later than this after the first attempt began.
    /// Default: no limit. A [`deadline`](crate::deadline()) above acts in the same way, and at that very moment no attempt
    /// starts.
    #[track_caller]
    pub const fn max_elapsed(mut self, limit: Duration) -> Self {
        debug_check(first_of([(limit.is_zero(), "`max_elapsed` must be above zero")]));
        self.max_elapsed = Some(limit);
        self
    }

    /// The same for an attribute, of which `None` is no limit.
    #[doc(hidden)]
    #[track_caller]
    pub const fn max_elapsed_given(self, limit: Option<Duration>) -> Self {
        match limit {
            Some(limit) => self.max_elapsed(limit),
            None => Self { max_elapsed: None, ..self },
        }
    }

    /// The longest delay that a server may ask for. Default: 300 s. Unless the [`jitter`](Self::jitter) is
    /// [`Jitter::None`], up to a tenth is added: otherwise all callers that got the same answer would come back at once.
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

    /// Whether to wait until an open breaker would admit a probe, and try again. Default: no.
    pub const fn retry_circuit_open(mut self, retry: bool) -> Self {
        self.refused.circuit_open = retry;
        self
    }

    /// The delay after the `attempt`-th failed attempt, counted from 1, before jitter. For
    /// [`Backoff::Decorrelated`], whose delays are random by themselves, the longest possible one.
    pub fn delay(&self, attempt: u32) -> Duration {
        self.backoff.nominal(attempt, self.base_delay, self.exponential_base, self.max_delay)
    }

    /// What is wrong with the whole of it, settings that contradict each other included.
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

    /// The policy itself, all its settings checked together.
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
            // The attempts of a retry further in ran out by errors of the function; ours are still there.
            ErrorKind::RetriesExhausted => true,
        }
    }

    /// The attempts in all, if they are limited.
    pub(crate) const fn most_attempts(&self) -> Option<u32> {
        match self.max_attempts {
            Some(0) => Some(1),
            limit => limit,
        }
    }

    /// At least one attempt is made, whatever a caller computed.
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

/// One attempt of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    pub(super) number: u32,
    pub(super) last: bool,
    pub(super) elapsed: Duration,
}

impl Attempt {
    /// Which attempt it is, counted from 1.
    pub const fn number(self) -> u32 {
        self.number
    }

    /// Whether `max_attempts` allows no other after it. `max_elapsed` may end the attempts earlier.
    pub const fn is_last(self) -> bool {
        self.last
    }

    /// From the start of the first attempt to the start of this one.
    pub const fn elapsed(self) -> Duration {
        self.elapsed
    }
}

#[cfg(test)]
mod tests;
