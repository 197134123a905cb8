//! The setters of a retry's settings. [`RetryPolicy`](crate::RetryPolicy) has the same, with their documentation;
//! generated code without a given policy calls these, because a type without functions costs the compiler less.

#![allow(missing_docs, reason = "they are documented at the policy")]

use std::time::Duration;

use crate::core::check::{check, debug_check, first_of, is_growth};
use crate::core::error::ErrorKind;
use crate::retry::backoff::{Backoff, EMPTY_LIST, Jitter, jitter_problem};
use crate::retry::settings::{NO_TIME, SHRINKS, Settings, TOO_FEW};

impl Settings {
    #[track_caller]
    pub const fn max_attempts(mut self, attempts: u32) -> Self {
        debug_check(first_of([(attempts == 0, TOO_FEW)]));
        self.max_attempts = Some(attempts);
        self
    }

    pub const fn unlimited_attempts(mut self) -> Self {
        self.max_attempts = None;
        self
    }

    #[track_caller]
    pub const fn backoff(mut self, backoff: Backoff) -> Self {
        debug_check(first_of([(matches!(backoff, Backoff::List([])), EMPTY_LIST)]));
        self.backoff = backoff;
        self
    }

    pub const fn base_delay(mut self, delay: Duration) -> Self {
        self.base_delay = delay;
        self
    }

    pub const fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    #[track_caller]
    pub const fn exponential_base(mut self, base: f64) -> Self {
        debug_check(first_of([(!is_growth(base), SHRINKS)]));
        self.exponential_base = base;
        self
    }

    #[track_caller]
    pub const fn jitter(mut self, jitter: Jitter) -> Self {
        debug_check(jitter_problem(jitter));
        self.jitter = Some(jitter);
        self
    }

    #[track_caller]
    pub const fn max_elapsed(mut self, limit: Duration) -> Self {
        debug_check(first_of([(limit.is_zero(), NO_TIME)]));
        self.max_elapsed = Some(limit);
        self
    }

    #[track_caller]
    pub const fn max_elapsed_given(mut self, limit: Option<Duration>) -> Self {
        match limit {
            Some(limit) => self.max_elapsed(limit),
            None => {
                self.max_elapsed = None;
                self
            }
        }
    }

    pub const fn max_retry_after(mut self, limit: Duration) -> Self {
        self.max_retry_after = limit;
        self
    }

    pub const fn ignore_deadline(mut self) -> Self {
        self.heeds_deadline = false;
        self
    }

    pub const fn in_budget(mut self) -> Self {
        self.in_budget = true;
        self
    }

    pub const fn retry_timed_out(mut self, retry: bool) -> Self {
        self.refused = self.refused.set(ErrorKind::TimedOut, retry);
        self
    }

    pub const fn retry_bulkhead_full(mut self, retry: bool) -> Self {
        self.refused = self.refused.set(ErrorKind::BulkheadFull, retry);
        self
    }

    pub const fn retry_circuit_open(mut self, retry: bool) -> Self {
        self.refused = self.refused.set(ErrorKind::CircuitOpen, retry);
        self
    }

    pub const fn retry_rate_limited(mut self, retry: bool) -> Self {
        self.refused = self.refused.set(ErrorKind::RateLimited, retry);
        self
    }

    pub const fn retry_shed(mut self, retry: bool) -> Self {
        self.refused = self.refused.set(ErrorKind::Shed, retry);
        self
    }

    #[track_caller]
    pub const fn checked(self) -> Self {
        check(self.problem());
        self
    }
}
