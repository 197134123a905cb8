//! The budget of one call: what the call earns, and a token for each of its retries.

use crate::retry::driver::{Next, Retrying};
use crate::retry_budget::budget::RetryBudget;
use crate::retry_budget::token::Token;

/// The budget of one call, if it has one, and the token of the retry that comes next.
///
/// A call that is dropped during a delay, or that panics in it, is dropped with this, which gives the token back.
#[derive(Debug)]
pub struct Spending<'b> {
    budget: Option<&'b RetryBudget>,
    token: Option<Token<'b>>,
}

impl<'b> Spending<'b> {
    /// A call begins.
    #[inline]
    pub fn begin(budget: Option<&'b RetryBudget>) -> Self {
        if let Some(budget) = budget {
            budget.call_begins();
        }
        Self { budget, token: None }
    }

    /// An attempt begins. That of a retry uses up its token.
    #[inline]
    pub fn attempt(&mut self) {
        if let Some(token) = self.token.take() {
            token.spend();
        }
    }

    /// What follows an attempt after all: no delay for which there is no token. `is_ok` if the attempt succeeded.
    #[inline]
    pub fn next(&mut self, retrying: &mut Retrying<'_>, next: Next, is_ok: bool) -> Next {
        let Some(budget) = self.budget else { return next };
        match next {
            Next::Delay(delay) => {
                self.token = budget.token();
                if self.token.is_some() {
                    return next;
                }
                retrying.refuse_token(delay);
                Next::Exhausted
            }
            Next::Done => {
                if is_ok {
                    budget.call_succeeded();
                }
                next
            }
            Next::Exhausted | Next::TooLate(_) => next,
        }
    }
}

/// What [`Attempts`](crate::Attempts) may have: a budget, or none, which is `()`.
pub trait MayHaveBudget: Copy {
    /// What a retry takes.
    type Token;

    /// Takes it for a retry, if there is any.
    fn token(self) -> Option<Self::Token>;

    /// The retry is made.
    fn spend(token: Self::Token);
}

impl MayHaveBudget for () {
    type Token = ();

    fn token(self) -> Option<()> {
        Some(())
    }

    fn spend((): ()) {}
}

impl<'b> MayHaveBudget for &'b RetryBudget {
    type Token = Token<'b>;

    fn token(self) -> Option<Token<'b>> {
        RetryBudget::token(self)
    }

    fn spend(token: Token<'b>) {
        token.spend();
    }
}
