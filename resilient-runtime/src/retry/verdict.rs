//! Whether an outcome is worth another attempt, by all that looks at it.

use std::time::Duration;

use crate::core::attempt::Attempt;
use crate::core::error::Failure;
use crate::retry::rules::{FindDelay, Rules};
use crate::retry::schedule::Wait;
use crate::retry::settings::Settings;

/// Whether an outcome is worth another attempt.
#[derive(Debug)]
pub struct Verdict<'o, T, E, R> {
    pub(super) settings: &'o Settings,
    pub(super) outcome: &'o Result<T, Failure<E, R>>,
    pub(super) again: bool,
    pub(super) wait: Wait,
}

impl<T, E, R> Verdict<'_, T, E, R> {
    /// As the policy says, if it is one for these errors.
    #[must_use]
    pub(crate) fn by(self, rules: Option<&Rules<E>>, attempt: Attempt) -> Self {
        self.filtered_by(rules).delayed_by(rules, attempt)
    }

    /// Of the function's errors only those that the policy names.
    #[must_use]
    pub fn filtered_by(self, rules: Option<&Rules<E>>) -> Self {
        match rules.and_then(|rules| rules.retry_if) {
            Some(retry_if) => self.retry_if(retry_if),
            None => self,
        }
    }

    /// The delay that an error asks for by the policy.
    #[must_use]
    pub fn delayed_by(self, rules: Option<&Rules<E>>, attempt: Attempt) -> Self {
        match rules.and_then(|rules| rules.retry_after) {
            Some(FindDelay::OfError(find)) => self.retry_after(find),
            Some(FindDelay::OfAttempt(find)) => self.retry_after_attempt(attempt, find),
            None => self,
        }
    }

    /// Of the function's errors only these.
    #[must_use]
    pub fn retry_if(mut self, predicate: impl FnOnce(&E) -> bool) -> Self {
        if let Err(Failure::Inner(error)) = self.outcome {
            self.again = predicate(error);
        }
        self
    }

    /// These successes, too.
    #[must_use]
    pub fn retry_if_ok(mut self, predicate: impl FnOnce(&T) -> bool) -> Self {
        if let Ok(value) = self.outcome {
            self.again = predicate(value);
        }
        self
    }

    /// The delay that an error asks for. A refusal knows its own.
    #[must_use]
    pub fn retry_after(mut self, asked: impl FnOnce(&E) -> Option<Duration>) -> Self {
        if let Err(Failure::Inner(error)) = self.outcome
            && self.again
        {
            self.wait = asked(error).map_or(Wait::Computed, |delay| Wait::asked(self.settings, delay));
        }
        self
    }

    /// The same where it depends on the attempt that has just ended as well.
    #[must_use]
    pub fn retry_after_attempt(self, attempt: Attempt, asked: impl FnOnce(&E, Attempt) -> Option<Duration>) -> Self {
        self.retry_after(|error| asked(error, attempt))
    }
}
