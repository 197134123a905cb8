//! Setters for values that are known only at run time: an invalid one is an error.

use std::time::Duration;

use crate::adaptive_throttle::policy::{
    AdaptiveThrottlePolicy, BAD_RATIO, BAD_SHARE, NO_MIN_CALLS, SHORT_WINDOW, SHORTEST_WINDOW,
};
use crate::core::check::{InvalidSetting, first_of, is_growth, is_rate, shorter, valid};

impl AdaptiveThrottlePolicy {
    /// As [`ratio`](Self::ratio) for a value that is known only at run time.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::AdaptiveThrottlePolicy;
    ///
    /// let configured = 0.5;
    /// let error = AdaptiveThrottlePolicy::new().try_ratio(configured).unwrap_err();
    /// assert_eq!(error.to_string(), "`ratio` must be at least 1");
    /// ```
    ///
    /// # Errors
    ///
    /// If it is less than 1, or not finite.
    pub const fn try_ratio(mut self, ratio: f64) -> Result<Self, InvalidSetting> {
        self.ratio = ratio;
        valid(self, first_of([(!is_growth(ratio), BAD_RATIO)]))
    }

    /// As [`window`](Self::window) for a value that is known only at run time.
    ///
    /// # Errors
    ///
    /// If it is shorter than 10 ms.
    pub const fn try_window(mut self, span: Duration) -> Result<Self, InvalidSetting> {
        self.window = span;
        valid(self, first_of([(shorter(span, SHORTEST_WINDOW), SHORT_WINDOW)]))
    }

    /// As [`min_calls`](Self::min_calls) for a value that is known only at run time.
    ///
    /// # Errors
    ///
    /// If it is zero.
    pub const fn try_min_calls(mut self, calls: u32) -> Result<Self, InvalidSetting> {
        self.min_calls = calls;
        valid(self, first_of([(calls == 0, NO_MIN_CALLS)]))
    }

    /// As [`max_share`](Self::max_share) for a value that is known only at run time.
    ///
    /// # Errors
    ///
    /// If it is not above 0 and at most 1.
    pub const fn try_max_share(mut self, share: f64) -> Result<Self, InvalidSetting> {
        self.max_share = share;
        valid(self, first_of([(!is_rate(share), BAD_SHARE)]))
    }

    /// As [`checked`](Self::checked) for settings that are known only at run time.
    ///
    /// # Errors
    ///
    /// If a setting is out of range.
    pub const fn try_checked(self) -> Result<Self, InvalidSetting> {
        valid(self, self.problem())
    }
}
