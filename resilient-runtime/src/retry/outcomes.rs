//! What settings of `#[retry]` say of an outcome beside those of the policy and the filters of errors.

use std::time::Duration;

use crate::core::error::{Failure, Refusal};
use crate::core::whole::{parted, whole};
use crate::retry::schedule::Wait;
use crate::retry::verdict::Verdict;

/// An outcome, and whether a filter finds the function's own result worth another attempt. It finds no refusal.
pub fn judged<T, E, R>(
    outcome: Result<T, Failure<E, R>>,
    is_worth_it: impl FnOnce(&Result<T, E>) -> bool,
) -> (Result<T, Failure<E, R>>, bool) {
    let whole = whole(outcome);
    let again = whole.as_ref().is_ok_and(is_worth_it);
    (parted(whole), again)
}

impl<T, E, R: Refusal> Verdict<'_, T, E, R> {
    /// What a filter said of the function's own result.
    #[must_use]
    pub fn retry_if_result(mut self, again: bool) -> Self {
        if !matches!(self.outcome, Err(Failure::Refused(_))) {
            self.again = again;
        }
        self
    }

    /// A call that must not be repeated is tried again only if it was never sent: after errors of which `is_unsent`
    /// says so, and after refusals made before the callee was called.
    #[must_use]
    pub fn unless_sent(mut self, is_idempotent: bool, is_unsent: impl FnOnce(&E) -> bool) -> Self {
        if !is_idempotent && self.again {
            self.again = match self.outcome {
                Ok(_) => false,
                Err(Failure::Inner(error)) => is_unsent(error),
                Err(Failure::Refused(refusal)) => !refusal.as_error().decisive().has_asked(),
            };
        }
        self
    }

    /// The delay that a success asks for, if it is tried again.
    #[must_use]
    pub fn retry_after_ok(mut self, asked: impl FnOnce(&T) -> Option<Duration>) -> Self {
        if let Ok(value) = self.outcome
            && self.again
        {
            self.wait = asked(value).map_or(Wait::Computed, |delay| Wait::asked(self.settings, delay));
        }
        self
    }
}
