//! When to try again: the policy, and the pure state of one call's attempts.

use std::time::Duration;

use crate::error::{ErrorKind, GiveUpReason};
use crate::policy::backoff::{self, Backoff, Jitter};
use crate::policy::timeout::OptionalLimit;
use crate::policy::{check, debug_check, first_of, is_growth, shorter};

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
/// Computed while running, such a value panics in debug builds; in release builds it is mended where it is used, as
/// each setter says.
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use = "a policy does nothing by itself"]
pub struct RetryPolicy {
    max_attempts: Option<u32>,
    backoff: Backoff,
    base_delay: Duration,
    max_delay: Duration,
    exponential_base: f64,
    jitter: Jitter,
    max_elapsed: Option<Duration>,
    max_retry_after: Duration,
    refused: Refused,
}

/// Which refusals are worth another attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Refused {
    timed_out: bool,
    bulkhead_full: bool,
    circuit_open: bool,
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

    /// Attempts in all, the first included. Default: 3. Zero is mended to 1.
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

    /// How the pauses grow. Default: [`Backoff::Exponential`].
    pub const fn backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff;
        self
    }

    /// The first pause. Default: 100 ms. A pause of zero lets other tasks have their turn, or other threads in sync code;
    /// where tokio's clock is paused, it sleeps 1 ms of that clock.
    pub const fn base_delay(mut self, delay: Duration) -> Self {
        self.base_delay = delay;
        self
    }

    /// No computed pause is longer, jitter included. Default: 60 s.
    pub const fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// The growth of exponential pauses per attempt. Default: 2.0. Below 1 or not a number is mended to 1.
    #[track_caller]
    pub const fn exponential_base(mut self, base: f64) -> Self {
        debug_check(first_of([(!is_growth(base), "`exponential_base` must be at least 1")]));
        self.exponential_base = base;
        self
    }

    /// How pauses are spread. Default: [`Jitter::Full`]. A factor outside 0 to 1 is mended to the nearer end.
    #[track_caller]
    pub const fn jitter(mut self, jitter: Jitter) -> Self {
        debug_check(jitter_problem(jitter));
        self.jitter = jitter;
        self
    }

    /// No attempt starts, and no pause begins, that would end later than this after the first attempt began.
    /// Default: no limit. A [`deadline`](crate::deadline()) above acts in the same way, and at that very moment no attempt
    /// starts.
    #[track_caller]
    pub const fn max_elapsed(mut self, limit: Duration) -> Self {
        debug_check(first_of([(limit.is_zero(), "`max_elapsed` must be above zero")]));
        self.max_elapsed = Some(limit);
        self
    }

    /// The same for an attribute that computes the limit on each call: `None` is no limit.
    #[doc(hidden)]
    #[track_caller]
    pub fn max_elapsed_given(self, limit: impl OptionalLimit) -> Self {
        match limit.into_limit() {
            Some(limit) => self.max_elapsed(limit),
            None => Self { max_elapsed: None, ..self },
        }
    }

    /// The longest pause that a server may ask for. Default: 300 s. Unless the [`jitter`](Self::jitter) is
    /// [`Jitter::None`], up to a tenth is added, lest all who were told the same come back at once.
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

    /// The pause after the `attempt`-th failed attempt, counted from 1, before jitter. For
    /// [`Backoff::Decorrelated`], whose pauses are random by themselves, the longest possible one.
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

    /// A pause that a server asked for, as long as the policy lets it be. Zero, or a date that is over, asks for nothing.
    pub(crate) fn asked(&self, pause: Duration) -> Wait {
        match pause.min(self.max_retry_after) {
            Duration::ZERO => Wait::Computed,
            pause => Wait::Asked(pause),
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
    const fn attempts_left(&self, made: u32) -> bool {
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
    number: u32,
    last: bool,
    elapsed: Duration,
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

/// The pure state of one call's attempts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Schedule {
    made: u32,
    /// Set once there will be no further attempt.
    gave_up: Option<GiveUpReason>,
    /// The nanoseconds of the pause before, for decorrelated pauses; none before the first. Calls in flight carry it.
    previous: u64,
    /// The nanoseconds of all completed pauses: so much time has passed at least, whatever a clock that is paused says.
    paused: u64,
}

/// What the pause after an attempt goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wait {
    /// The policy's own pauses.
    Computed,
    /// What the callee asked for. Up to a tenth is added, or all who wait would come back at the same moment.
    Asked(Duration),
    /// An open breaker admits nobody before. Jitter is added, for the same reason.
    AtLeast(Duration),
}

/// What to do after an attempt that was not good enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    Pause(Duration),
    Exhausted,
    /// A deadline above is over already; otherwise there would be this pause.
    TooLate(Duration),
}

impl Schedule {
    pub(crate) const fn new() -> Self {
        Self { made: 0, gave_up: None, previous: 0, paused: 0 }
    }

    pub(crate) const fn made(&self) -> u32 {
        self.made
    }

    pub(crate) const fn begin(&mut self, policy: &RetryPolicy, elapsed: Duration) -> Attempt {
        self.made = self.made.saturating_add(1);
        Attempt { number: self.made, last: !policy.attempts_left(self.made), elapsed }
    }

    /// Decides after an attempt that should be made again. `unit` is a random number in `[0, 1)`, `elapsed` the time
    /// since the first attempt began, `left` the time until a deadline above. A pause is counted by
    /// [`completed`](Self::completed), no attempt follows after [`Decision::Exhausted`].
    pub(crate) fn after(
        &mut self,
        policy: &RetryPolicy,
        wait: Wait,
        unit: impl FnOnce() -> f64,
        elapsed: impl FnOnce() -> Duration,
        left: impl FnOnce() -> Option<Duration>,
    ) -> Decision {
        if self.gave_up.is_some() {
            return Decision::Exhausted;
        }
        if !policy.attempts_left(self.made) {
            return self.give_up(GiveUpReason::MaxAttempts);
        }
        let pause = match wait {
            Wait::Asked(pause) => return self.asked(policy, pause, unit, elapsed, left()),
            // Who would be admitted at once waits for his turn all the same.
            Wait::Computed | Wait::AtLeast(Duration::ZERO) => self.computed(policy, unit()),
            Wait::AtLeast(least) if policy.jitter == Jitter::None => least,
            Wait::AtLeast(least) => least.saturating_add(self.computed(policy, unit())),
        };
        self.within(policy, pause, elapsed, left())
    }

    /// The pause, unless it would end too late.
    fn within(
        &mut self,
        policy: &RetryPolicy,
        pause: Duration,
        elapsed: impl FnOnce() -> Duration,
        left: Option<Duration>,
    ) -> Decision {
        match policy.max_elapsed {
            Some(limit) if self.at_least(elapsed()).saturating_add(pause) > limit => {
                return self.give_up(GiveUpReason::MaxElapsed);
            }
            _ => {}
        }
        match left {
            Some(left) if left.is_zero() => {
                self.gave_up = Some(GiveUpReason::Deadline);
                Decision::TooLate(pause)
            }
            // An attempt that begins at the deadline would be dropped before it could do anything.
            Some(left) if pause >= left => self.give_up(GiveUpReason::Deadline),
            _ => Decision::Pause(pause),
        }
    }

    /// The spread never makes a pause too long that fits without it.
    fn asked(
        &mut self,
        policy: &RetryPolicy,
        pause: Duration,
        unit: impl FnOnce() -> f64,
        elapsed: impl FnOnce() -> Duration,
        above: Option<Duration>,
    ) -> Decision {
        let Some(left) = self.left(policy, elapsed).filter(|left| pause <= *left) else {
            return self.give_up(GiveUpReason::MaxElapsed);
        };
        let spread = if policy.jitter == Jitter::None { pause } else { backoff::up_to_a_tenth_more(pause, unit()) };
        // An attempt has to begin before the deadline.
        let before = above.map_or(Duration::MAX, |above| above.saturating_sub(Duration::from_nanos(1)));
        match self.within(policy, pause, || Duration::ZERO, above) {
            Decision::Pause(_) => Decision::Pause(spread.min(left).min(before)),
            too_late => too_late,
        }
    }

    /// How long a pause may be that ends in time; `None` if the time is over.
    fn left(&self, policy: &RetryPolicy, elapsed: impl FnOnce() -> Duration) -> Option<Duration> {
        policy.max_elapsed.map_or(Some(Duration::MAX), |limit| limit.checked_sub(self.at_least(elapsed())))
    }

    const fn give_up(&mut self, why: GiveUpReason) -> Decision {
        self.gave_up = Some(why);
        Decision::Exhausted
    }

    /// Counts a pause that has been made to its end.
    pub(crate) fn completed(&mut self, pause: Duration) {
        self.paused = self.paused.saturating_add(nanos(pause));
    }

    /// Why there is no further attempt, once that is decided.
    pub(crate) const fn gave_up(&self) -> Option<GiveUpReason> {
        self.gave_up
    }

    /// What has elapsed by a clock or, if that is more, by the pauses made.
    pub(crate) fn at_least(&self, elapsed: Duration) -> Duration {
        elapsed.max(Duration::from_nanos(self.paused))
    }

    fn computed(&mut self, policy: &RetryPolicy, unit: f64) -> Duration {
        let cap = policy.max_delay;
        if policy.backoff == Backoff::Decorrelated {
            let previous = Duration::from_nanos(self.previous).max(policy.base_delay);
            let pause = backoff::decorrelated(policy.base_delay, previous, unit, cap);
            self.previous = nanos(pause);
            return pause;
        }
        policy.jitter.spread(policy.delay(self.made), unit, cap)
    }
}

fn nanos(span: Duration) -> u64 {
    u64::try_from(span.as_nanos()).unwrap_or(u64::MAX)
}

pub(crate) mod pending;
#[cfg(test)]
mod tests;
