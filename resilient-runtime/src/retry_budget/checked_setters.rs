//! Setters for values that are known only at run time: an invalid one is an error.

use crate::core::check::{InvalidSetting, first_of, valid};
use crate::retry_budget::policy::{NO_BURST, NO_SHARE, RetryBudgetPolicy, is_share};

impl RetryBudgetPolicy {
    /// As [`share`](Self::share) for a value that is known only at run time.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::RetryBudgetPolicy;
    ///
    /// let configured = 20.0;
    /// let error = RetryBudgetPolicy::new().try_share(configured).unwrap_err();
    /// assert_eq!(error.to_string(), "`share` must be from 0 to 10");
    /// ```
    ///
    /// # Errors
    ///
    /// If it is not from 0 to 10.
    pub const fn try_share(mut self, share: f64) -> Result<Self, InvalidSetting> {
        self.share = share;
        valid(self, first_of([(!is_share(share), NO_SHARE)]))
    }

    /// As [`burst`](Self::burst) for a value that is known only at run time.
    ///
    /// # Errors
    ///
    /// If it is zero.
    pub const fn try_burst(mut self, tokens: u32) -> Result<Self, InvalidSetting> {
        self.burst = tokens;
        valid(self, first_of([(tokens == 0, NO_BURST)]))
    }

    /// As [`checked`](Self::checked) for settings that are known only at run time.
    ///
    /// # Errors
    ///
    /// If a setting is out of range, or nothing is ever earned.
    pub const fn try_checked(self) -> Result<Self, InvalidSetting> {
        valid(self, self.problem())
    }
}
