//! The policy of a circuit breaker: plain settings, and the decisions that depend on nothing else.

use std::time::Duration;

use resilient_rules::circuit_breaker::{
    FAILURE_THRESHOLD, HALF_OPEN_MAX_CALLS, MAX_RECOVERY_TIMEOUT, MIN_CALLS_IN_TIME,
    PROBE_TIMEOUT as LEAST_PROBE_TIMEOUT, RECOVERY_TIMEOUT, SHORTEST_WINDOW as SHORTEST_TIME_WINDOW, SUCCESS_THRESHOLD,
    WINDOW,
};

use crate::circuit_breaker::policy::checked_setters::{
    BAD_RATE, BAD_SLOW_RATE, NO_MIN_CALLS, NO_OPEN_TIME, NO_PROBE_TIME, NO_PROBES, NO_SLOW_CALL, NO_WINDOW,
    SHORT_WINDOW, SHRINKS, TOO_FEW_FAILURES, TOO_FEW_SUCCESSES,
};
use crate::circuit_breaker::policy::on_state_change::OnStateChange;
use crate::core::check::{check, debug_check, first_of, is_growth, is_rate, shorter};
use crate::event::breaker_changed::ChangeReason;
use crate::outcomes::tally::Tally;

/// The settings of a circuit breaker: when it opens, how long it stays open, and what closes it again. A plain value
/// that can be a `const`.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::BreakerPolicy;
/// use std::time::Duration;
///
/// const POLICY: BreakerPolicy = BreakerPolicy::new()
///     .failure_rate(0.5)
///     .count_window(200)
///     .min_calls(20)
///     .recovery_timeout(Duration::from_secs(10));
/// ```
///
/// ```compile_fail
/// # use resilient_runtime::BreakerPolicy;
/// const NEVER: BreakerPolicy = BreakerPolicy::new().failure_rate(0.0);
/// ```
///
/// # Panics
///
/// In debug builds each setter panics if its value is invalid; in a `const` that is a compile error. In release builds
/// an invalid value is corrected where it is used: a count of zero becomes 1, a rate of zero or less the smallest one,
/// a rate above 1 or not a number 1, a time window below 10 ms becomes 10 ms, a backoff below 1 becomes 1, an open time
/// or a `probe_timeout` of zero 1 ms.
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use = "a policy does nothing by itself"]
pub struct BreakerPolicy {
    failures: Failures,
    window: WindowSpan,
    min_calls: Option<u32>,
    slow: Option<Slow>,
    recovery_timeout: Duration,
    recovery_backoff: f64,
    max_recovery_timeout: Duration,
    pub(super) half_open_max_calls: u32,
    probe_timeout: Option<Duration>,
    pub(super) success_threshold: u32,
    pub(super) on_state_change: Option<OnStateChange>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Failures {
    InARow(u32),
    Rate(f64),
}

/// The calls over which a rate is computed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum WindowSpan {
    Calls(u32),
    Time(Duration),
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Slow {
    call: Duration,
    rate: f64,
}

impl BreakerPolicy {
    /// What [`new`](Self::new) gives. Generated code begins with it: the compiler evaluates it once, and a call each time.
    #[doc(hidden)]
    pub const DEFAULT: Self = Self {
        failures: Failures::InARow(FAILURE_THRESHOLD),
        window: WindowSpan::Calls(WINDOW),
        min_calls: None,
        slow: None,
        recovery_timeout: RECOVERY_TIMEOUT,
        recovery_backoff: 1.0,
        max_recovery_timeout: MAX_RECOVERY_TIMEOUT,
        half_open_max_calls: HALF_OPEN_MAX_CALLS,
        probe_timeout: None,
        success_threshold: SUCCESS_THRESHOLD,
        on_state_change: None,
    };

    /// Opens after 5 failures in a row, for 30 s; then admits 3 probes at a time and closes after 2 successes.
    pub const fn new() -> Self {
        Self::DEFAULT
    }

    /// The failures in a row that open the breaker, at least 1. Default: 5. Replaces
    /// [`failure_rate`](Self::failure_rate).
    #[track_caller]
    pub const fn failure_threshold(mut self, failures: u32) -> Self {
        debug_check(first_of([(failures == 0, TOO_FEW_FAILURES)]));
        self.failures = Failures::InARow(failures);
        self
    }

    /// The share of failures in the window that opens the breaker, above 0 and at most 1. Replaces
    /// [`failure_threshold`](Self::failure_threshold). Default: none.
    #[track_caller]
    pub const fn failure_rate(mut self, rate: f64) -> Self {
        debug_check(first_of([(!is_rate(rate), BAD_RATE)]));
        self.failures = Failures::Rate(rate);
        self
    }

    /// Computes rates over the last `calls` calls, at least 1; each new call replaces the oldest. Default: 100 calls.
    /// The breaker keeps 2 bytes for each call, and clears them whenever it closes.
    #[track_caller]
    pub const fn count_window(mut self, calls: u32) -> Self {
        debug_check(first_of([(calls == 0, NO_WINDOW)]));
        self.window = WindowSpan::Calls(calls);
        self
    }

    /// Computes rates over the calls that ended in the last `span`, at least 10 ms and exact to a tenth of it. Replaces
    /// [`count_window`](Self::count_window).
    #[track_caller]
    pub const fn time_window(mut self, span: Duration) -> Self {
        debug_check(first_of([(shorter(span, SHORTEST_TIME_WINDOW), SHORT_WINDOW)]));
        self.window = WindowSpan::Time(span);
        self
    }

    /// How many calls the window must hold before a rate opens the breaker, at least 1. Default: the size of a count
    /// window, 10 for a time window.
    #[track_caller]
    pub const fn min_calls(mut self, calls: u32) -> Self {
        debug_check(first_of([(calls == 0, NO_MIN_CALLS)]));
        self.min_calls = Some(calls);
        self
    }

    /// A call that takes longer than `call` is slow; the breaker opens when the share of slow calls in the window
    /// reaches `rate`, above 0 and at most 1. A slow probe counts as a failed one. A call that is dropped after more
    /// than `call` counts as slow, but neither as failed nor as successful; a probe that is dropped only gives its
    /// place back. Default: no call is slow.
    #[track_caller]
    pub const fn slow_call(mut self, call: Duration, rate: f64) -> Self {
        debug_check(first_of([(call.is_zero(), NO_SLOW_CALL), (!is_rate(rate), BAD_SLOW_RATE)]));
        self.slow = Some(Slow { call, rate });
        self
    }

    /// How long the breaker stays open before it admits probes, above zero. Exact to a millisecond; on Linux, if it is
    /// half a second or more, to 25 ms. Default: 30 s.
    #[track_caller]
    pub const fn recovery_timeout(mut self, open: Duration) -> Self {
        debug_check(first_of([(open.is_zero(), NO_OPEN_TIME)]));
        self.recovery_timeout = open;
        self
    }

    /// Each re-opening in a row multiplies the open time by this, at least 1. Default: 1.0. See
    /// [`max_recovery_timeout`](Self::max_recovery_timeout) for the limit.
    #[track_caller]
    pub const fn recovery_backoff(mut self, factor: f64) -> Self {
        debug_check(first_of([(!is_growth(factor), SHRINKS)]));
        self.recovery_backoff = factor;
        self
    }

    /// The longest open time that `recovery_backoff` may reach. Default: 10 min.
    pub const fn max_recovery_timeout(mut self, open: Duration) -> Self {
        self.max_recovery_timeout = open;
        self
    }

    /// Probes in flight at a time, at least 1; further calls are refused. A probe that takes longer than
    /// [`probe_timeout`](Self::probe_timeout) loses its place. Default: 3.
    #[track_caller]
    pub const fn half_open_max_calls(mut self, calls: u32) -> Self {
        debug_check(first_of([(calls == 0, NO_PROBES)]));
        self.half_open_max_calls = calls;
        self
    }

    /// How long a probe keeps its place, above zero and as exact as [`recovery_timeout`](Self::recovery_timeout). A
    /// probe that has not ended by then loses its place to the next caller, because probes that hang would otherwise
    /// keep the breaker half-open for ever. It runs on, and its result still counts while the breaker is in the same
    /// half-open period. Default: the longer of `recovery_timeout` and 30 s.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::BreakerPolicy;
    /// use std::time::Duration;
    ///
    /// const POLICY: BreakerPolicy =
    ///     BreakerPolicy::new().half_open_max_calls(1).probe_timeout(Duration::from_secs(5));
    /// ```
    #[track_caller]
    pub const fn probe_timeout(mut self, kept: Duration) -> Self {
        debug_check(first_of([(kept.is_zero(), NO_PROBE_TIME)]));
        self.probe_timeout = Some(kept);
        self
    }

    /// Successful probes that close the breaker, at least 1; one failed or slow probe opens it again. Default: 2.
    #[track_caller]
    pub const fn success_threshold(mut self, successes: u32) -> Self {
        debug_check(first_of([(successes == 0, TOO_FEW_SUCCESSES)]));
        self.success_threshold = successes;
        self
    }

    /// A slow call is one that takes longer than this. Without a rate as well the policy is not valid.
    #[cfg(feature = "config")]
    pub(crate) fn with_slow_call(mut self, call: Duration) -> Self {
        self.slow = Some(Slow { call, rate: self.slow.map_or(f64::NAN, |slow| slow.rate) });
        self
    }

    /// The share of slow calls that opens it. Without a slow call as well the policy is not valid.
    #[cfg(feature = "config")]
    pub(crate) fn with_slow_call_rate(mut self, rate: f64) -> Self {
        self.slow = Some(Slow { call: self.slow.map_or(Duration::ZERO, |slow| slow.call), rate });
        self
    }

    /// The first problem of the whole policy, contradictions between settings included.
    const fn problem(&self) -> Option<&'static str> {
        let (no_threshold, bad_rate) = match self.failures {
            Failures::InARow(failures) => (failures == 0, false),
            Failures::Rate(rate) => (false, !is_rate(rate)),
        };
        let (no_window, too_many_calls, short_window) = match self.window {
            WindowSpan::Calls(calls) => (calls == 0, matches!(self.min_calls, Some(min) if min > calls), false),
            WindowSpan::Time(span) => (false, false, shorter(span, SHORTEST_TIME_WINDOW)),
        };
        let bad_slow = matches!(self.slow, Some(slow) if slow.call.is_zero() || !is_rate(slow.rate));
        first_of([
            (no_threshold, TOO_FEW_FAILURES),
            (bad_rate, BAD_RATE),
            (no_window, NO_WINDOW),
            (short_window, SHORT_WINDOW),
            (too_many_calls, TOO_MANY_CALLS),
            (matches!(self.min_calls, Some(0)), NO_MIN_CALLS),
            (bad_slow, BAD_SLOW),
            (self.recovery_timeout.is_zero(), NO_OPEN_TIME),
            (!is_growth(self.recovery_backoff), SHRINKS),
            (self.recovery_backoff > 1.0 && shorter(self.max_recovery_timeout, self.recovery_timeout), OPEN_ABOVE_MOST),
            (self.half_open_max_calls == 0, NO_PROBES),
            (matches!(self.probe_timeout, Some(Duration::ZERO)), NO_PROBE_TIME),
            (self.success_threshold == 0, TOO_FEW_SUCCESSES),
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

    /// The window to keep, if a rate is set.
    pub(crate) fn window(&self) -> Option<WindowSpan> {
        match (self.failures, self.slow, self.window) {
            (Failures::InARow(_), None, _) => None,
            (_, _, WindowSpan::Time(span)) => Some(WindowSpan::Time(span.max(SHORTEST_TIME_WINDOW))),
            (_, _, calls @ WindowSpan::Calls(_)) => Some(calls),
        }
    }

    /// The shortest span of time that a breaker measures while it is not closed.
    pub(crate) fn shortest_span(&self) -> Duration {
        self.recovery_timeout.min(self.probe_time())
    }

    /// How long a probe keeps its place.
    fn probe_time(&self) -> Duration {
        self.probe_timeout.unwrap_or(self.recovery_timeout.max(LEAST_PROBE_TIMEOUT))
    }

    /// The same in milliseconds.
    pub(super) fn probe_millis(&self) -> u64 {
        whole_millis(self.probe_time())
    }

    /// Whether a call of this length was slow.
    pub(crate) fn is_slow(&self, took: Duration) -> bool {
        self.slow.is_some_and(|slow| took > slow.call)
    }

    /// Whether the duration of calls matters.
    pub(crate) const fn measures_calls(&self) -> bool {
        self.slow.is_some()
    }

    /// The rate of the window that reaches its threshold, if one does.
    pub(crate) fn reached_rate(&self, tally: Tally) -> Option<ChangeReason> {
        if tally.total == 0 || tally.total < self.needed_calls() {
            return None;
        }
        match self.failures {
            Failures::Rate(rate) if reaches(tally.failed, tally.total, rate) => Some(ChangeReason::FailureRate),
            _ => {
                let slow = self.slow.is_some_and(|slow| reaches(tally.slow, tally.total, slow.rate));
                slow.then_some(ChangeReason::SlowCallRate)
            }
        }
    }

    /// How many calls the window must hold before a rate counts; at most as many as it can hold.
    pub(crate) fn needed_calls(&self) -> u64 {
        let needed = match self.window {
            WindowSpan::Calls(calls) => self.min_calls.map_or(calls, |min| min.min(calls)),
            WindowSpan::Time(_) => self.min_calls.unwrap_or(MIN_CALLS_IN_TIME),
        };
        u64::from(needed.max(1))
    }

    /// The failures in a row that open the breaker; `None` if a rate is set instead.
    pub(crate) const fn streak(&self) -> Option<u64> {
        match self.failures {
            Failures::InARow(0) => Some(1),
            Failures::InARow(failures) => Some(failures as u64),
            Failures::Rate(_) => None,
        }
    }

    /// The open time in milliseconds after `reopenings` re-openings in a row.
    pub(super) fn open_millis(&self, reopenings: u32) -> u64 {
        let first = self.recovery_timeout;
        let longest = self.max_recovery_timeout.max(first);
        let factor = self.recovery_backoff.max(1.0).powf(f64::from(reopenings));
        let open = Duration::try_from_secs_f64(first.as_secs_f64() * factor).unwrap_or(longest);
        whole_millis(open.clamp(first, longest))
    }
}

/// Rounded up, and at least one.
fn whole_millis(span: Duration) -> u64 {
    u64::try_from(span.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX).max(1)
}

impl Default for BreakerPolicy {
    fn default() -> Self {
        Self::new()
    }
}

/// Whether `part` of `total` reaches `rate`.
///
/// Compares the shares, because a count derived from the rate is rounded: 3 of 10 must reach 0.3, and `0.3 * 10.0` is
/// more than 3.
#[expect(clippy::cast_precision_loss, reason = "a window never holds 2^52 calls")]
fn reaches(part: u64, total: u64, rate: f64) -> bool {
    let rate = if rate.is_nan() { 1.0 } else { rate.clamp(f64::MIN_POSITIVE, 1.0) };
    part as f64 / total as f64 >= rate
}

pub(crate) const TOO_MANY_CALLS: &str = "`min_calls` must not be more than the window holds";
pub(crate) const BAD_SLOW: &str = "`slow_call` must be above zero and its rate above 0 and at most 1";
pub(crate) const OPEN_ABOVE_MOST: &str = "`recovery_timeout` must not be longer than `max_recovery_timeout`";

mod checked_setters;
mod listed;
pub(super) mod on_state_change;
#[cfg(test)]
mod tests;
