//! A token that has been taken for a retry which is still to be made.

use crate::retry_budget::budget::RetryBudget;

/// A token that has been taken. It is given back when this is dropped, unless the retry was made.
#[derive(Debug)]
#[must_use = "dropping it gives the token back"]
pub struct Token<'b>(&'b RetryBudget);

impl RetryBudget {
    /// Takes a token for a retry, if there is one.
    pub(crate) fn token(&self) -> Option<Token<'_>> {
        self.try_take().then(|| Token(self))
    }
}

impl Token<'_> {
    /// The retry is made.
    pub(crate) fn spend(self) {
        std::mem::forget(self);
    }
}

impl Drop for Token<'_> {
    fn drop(&mut self) {
        self.0.give_back();
    }
}
