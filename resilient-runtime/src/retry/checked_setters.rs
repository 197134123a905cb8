//! Setters for values that are known only at run time: an invalid one is an error.

use std::time::Duration;

use crate::core::check::{InvalidSetting, first_of, is_growth, valid};
use crate::retry::backoff::{Backoff, EMPTY_LIST, Jitter, jitter_problem};
use crate::retry::policy::RetryPolicy;
use crate::retry::settings::{NO_TIME, SHRINKS, TOO_FEW};

impl<E: ?Sized> RetryPolicy<E> {
    /// As [`max_attempts`](Self::max_attempts) for a number that is known only at run time.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::RetryPolicy;
    ///
    /// let configured = 0;
    /// let error = RetryPolicy::new().try_max_attempts(configured).unwrap_err();
    /// assert_eq!(error.to_string(), "`max_attempts` must be at least 1");
    /// ```
    ///
    /// # Errors
    ///
    /// If it is zero.
    pub const fn try_max_attempts(mut self, attempts: u32) -> Result<Self, InvalidSetting> {
        self.settings.max_attempts = Some(attempts);
        valid(self, first_of([(attempts == 0, TOO_FEW)]))
    }

    /// As [`backoff`](Self::backoff) for one that is known only at run time.
    ///
    /// # Errors
    ///
    /// If it is an empty list.
    pub const fn try_backoff(mut self, backoff: Backoff) -> Result<Self, InvalidSetting> {
        self.settings.backoff = backoff;
        valid(self, first_of([(matches!(backoff, Backoff::List([])), EMPTY_LIST)]))
    }

    /// As [`exponential_base`](Self::exponential_base) for one that is known only at run time.
    ///
    /// # Errors
    ///
    /// If it is less than 1, or not finite.
    pub const fn try_exponential_base(mut self, base: f64) -> Result<Self, InvalidSetting> {
        self.settings.exponential_base = base;
        valid(self, first_of([(!is_growth(base), SHRINKS)]))
    }

    /// As [`jitter`](Self::jitter) for one that is known only at run time.
    ///
    /// # Errors
    ///
    /// If it is a factor outside of 0 to 1.
    pub const fn try_jitter(mut self, jitter: Jitter) -> Result<Self, InvalidSetting> {
        self.settings.jitter = Some(jitter);
        valid(self, jitter_problem(jitter))
    }

    /// As [`max_elapsed`](Self::max_elapsed) for a limit that is known only at run time.
    ///
    /// # Errors
    ///
    /// If it is zero.
    pub const fn try_max_elapsed(mut self, limit: Duration) -> Result<Self, InvalidSetting> {
        self.settings.max_elapsed = Some(limit);
        valid(self, first_of([(limit.is_zero(), NO_TIME)]))
    }

    /// As [`checked`](Self::checked) for settings that are known only at run time.
    ///
    /// # Errors
    ///
    /// If a setting is out of range or two contradict each other.
    pub const fn try_checked(self) -> Result<Self, InvalidSetting> {
        valid(self, self.settings.problem())
    }
}
