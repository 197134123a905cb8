//! Setters for values that are known only at run time: an invalid one is an error.

use std::time::Duration;

use crate::core::check::{InvalidSetting, first_of, valid};
use crate::rate_limit::policy::{NO_BURST, NO_PERMITS, NO_TIME, RateLimitPolicy};

impl RateLimitPolicy {
    /// As [`new`](Self::new) for values that are known only at run time.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::RateLimitPolicy;
    /// use std::time::Duration;
    ///
    /// let configured = 0;
    /// let error = RateLimitPolicy::try_new(configured, Duration::from_secs(60)).unwrap_err();
    /// assert_eq!(error.to_string(), "`permits` must be at least 1");
    /// ```
    ///
    /// # Errors
    ///
    /// If one of them is zero.
    pub const fn try_new(permits: u32, per: Duration) -> Result<Self, InvalidSetting> {
        Self::HOLDS_ONLY.try_permits_per(permits, per)
    }

    /// As [`permits_per`](Self::permits_per) for values that are known only at run time.
    ///
    /// # Errors
    ///
    /// If one of them is zero.
    pub const fn try_permits_per(mut self, permits: u32, per: Duration) -> Result<Self, InvalidSetting> {
        (self.permits, self.per) = (Some(permits), per);
        valid(self, first_of([(permits == 0, NO_PERMITS), (per.is_zero(), NO_TIME)]))
    }

    /// As [`burst`](Self::burst) for a value that is known only at run time.
    ///
    /// # Errors
    ///
    /// If it is zero.
    pub const fn try_burst(mut self, burst: u32) -> Result<Self, InvalidSetting> {
        self.burst = Some(burst);
        valid(self, first_of([(burst == 0, NO_BURST)]))
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
