//! Setters for values that are known only at run time: an invalid one is an error.

use std::time::Duration;

pub(super) use resilient_rules::circuit_breaker::{NO_CALLS as NO_WINDOW, SHORT_WINDOW};
use resilient_rules::{at_least_one, share_of_calls};

use crate::circuit_breaker::policy::{BreakerPolicy, Failures, SHORTEST_TIME_WINDOW, Slow, WindowSpan};
use crate::core::check::{InvalidSetting, first_of, is_growth, is_rate, shorter, valid};

pub(super) const TOO_FEW_FAILURES: &str = at_least_one!("failure_threshold");
pub(super) const BAD_RATE: &str = share_of_calls!("failure_rate");
pub(super) const NO_MIN_CALLS: &str = at_least_one!("min_calls");
pub(super) const NO_SLOW_CALL: &str = "`slow_call` must be above zero";
pub(super) const BAD_SLOW_RATE: &str = share_of_calls!("slow_call_rate");
pub(super) const NO_OPEN_TIME: &str = "`recovery_timeout` must be above zero";
pub(super) const SHRINKS: &str = at_least_one!("recovery_backoff");
pub(super) const NO_PROBES: &str = at_least_one!("half_open_max_calls");
pub(super) const NO_PROBE_TIME: &str = "`probe_timeout` must be above zero";
pub(super) const TOO_FEW_SUCCESSES: &str = at_least_one!("success_threshold");

impl BreakerPolicy {
    /// As [`failure_threshold`](Self::failure_threshold) for a value that is known only at run time.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::BreakerPolicy;
    ///
    /// let configured = 0;
    /// let error = BreakerPolicy::new().try_failure_threshold(configured).unwrap_err();
    /// assert_eq!(error.to_string(), "`failure_threshold` must be at least 1");
    /// ```
    ///
    /// # Errors
    ///
    /// If it is zero.
    pub const fn try_failure_threshold(mut self, failures: u32) -> Result<Self, InvalidSetting> {
        self.failures = Failures::InARow(failures);
        valid(self, first_of([(failures == 0, TOO_FEW_FAILURES)]))
    }

    /// As [`failure_rate`](Self::failure_rate) for a value that is known only at run time.
    ///
    /// # Errors
    ///
    /// If it is not above 0 and at most 1.
    pub const fn try_failure_rate(mut self, rate: f64) -> Result<Self, InvalidSetting> {
        self.failures = Failures::Rate(rate);
        valid(self, first_of([(!is_rate(rate), BAD_RATE)]))
    }

    /// As [`count_window`](Self::count_window) for a value that is known only at run time.
    ///
    /// # Errors
    ///
    /// If it is zero.
    pub const fn try_count_window(mut self, calls: u32) -> Result<Self, InvalidSetting> {
        self.window = WindowSpan::Calls(calls);
        valid(self, first_of([(calls == 0, NO_WINDOW)]))
    }

    /// As [`time_window`](Self::time_window) for a value that is known only at run time.
    ///
    /// # Errors
    ///
    /// If it is shorter than 10 ms.
    pub const fn try_time_window(mut self, span: Duration) -> Result<Self, InvalidSetting> {
        self.window = WindowSpan::Time(span);
        valid(self, first_of([(shorter(span, SHORTEST_TIME_WINDOW), SHORT_WINDOW)]))
    }

    /// As [`min_calls`](Self::min_calls) for a value that is known only at run time.
    ///
    /// # Errors
    ///
    /// If it is zero.
    pub const fn try_min_calls(mut self, calls: u32) -> Result<Self, InvalidSetting> {
        self.min_calls = Some(calls);
        valid(self, first_of([(calls == 0, NO_MIN_CALLS)]))
    }

    /// As [`slow_call`](Self::slow_call) for a value that is known only at run time.
    ///
    /// # Errors
    ///
    /// If the time is zero, or the rate is not above 0 and at most 1.
    pub const fn try_slow_call(mut self, call: Duration, rate: f64) -> Result<Self, InvalidSetting> {
        self.slow = Some(Slow { call, rate });
        valid(self, first_of([(call.is_zero(), NO_SLOW_CALL), (!is_rate(rate), BAD_SLOW_RATE)]))
    }

    /// As [`recovery_timeout`](Self::recovery_timeout) for a value that is known only at run time.
    ///
    /// # Errors
    ///
    /// If it is zero.
    pub const fn try_recovery_timeout(mut self, open: Duration) -> Result<Self, InvalidSetting> {
        self.recovery_timeout = open;
        valid(self, first_of([(open.is_zero(), NO_OPEN_TIME)]))
    }

    /// As [`recovery_backoff`](Self::recovery_backoff) for a value that is known only at run time.
    ///
    /// # Errors
    ///
    /// If it is less than 1, or not finite.
    pub const fn try_recovery_backoff(mut self, factor: f64) -> Result<Self, InvalidSetting> {
        self.recovery_backoff = factor;
        valid(self, first_of([(!is_growth(factor), SHRINKS)]))
    }

    /// As [`half_open_max_calls`](Self::half_open_max_calls) for a value that is known only at run time.
    ///
    /// # Errors
    ///
    /// If it is zero.
    pub const fn try_half_open_max_calls(mut self, calls: u32) -> Result<Self, InvalidSetting> {
        self.half_open_max_calls = calls;
        valid(self, first_of([(calls == 0, NO_PROBES)]))
    }

    /// As [`probe_timeout`](Self::probe_timeout) for a value that is known only at run time.
    ///
    /// # Errors
    ///
    /// If it is zero.
    pub const fn try_probe_timeout(mut self, kept: Duration) -> Result<Self, InvalidSetting> {
        self.probe_timeout = Some(kept);
        valid(self, first_of([(kept.is_zero(), NO_PROBE_TIME)]))
    }

    /// As [`success_threshold`](Self::success_threshold) for a value that is known only at run time.
    ///
    /// # Errors
    ///
    /// If it is zero.
    pub const fn try_success_threshold(mut self, successes: u32) -> Result<Self, InvalidSetting> {
        self.success_threshold = successes;
        valid(self, first_of([(successes == 0, TOO_FEW_SUCCESSES)]))
    }

    /// As [`checked`](Self::checked) for settings that are known only at run time.
    ///
    /// # Errors
    ///
    /// If a setting is out of range or two contradict each other.
    pub const fn try_checked(self) -> Result<Self, InvalidSetting> {
        valid(self, self.problem())
    }
}
