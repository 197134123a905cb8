//! The tokens of a retry budget. A pure state machine: it takes the time and how many calls there have been.
//!
//! What was earned is added only when somebody wants a token. Nothing is lost by that: between two of these moments
//! tokens only come, so it does not matter whether the bucket is full earlier or later.

use crate::retry_budget::policy::{RetryBudgetPolicy, SECOND, TOKEN};

/// The tokens as of the last look, in billionths.
#[derive(Debug)]
pub(super) struct Machine {
    tokens: u64,
    /// When it looked last, in nanoseconds.
    looked_at: u64,
    /// The calls that had earned by then.
    calls: u64,
}

impl Machine {
    /// Begins with the tokens of one second.
    pub(super) fn new(policy: &RetryBudgetPolicy, now: u64) -> Self {
        Self { tokens: (policy.per_second() * TOKEN).min(policy.most()), looked_at: now, calls: 0 }
    }

    /// Adds what has been earned since the last look. `now` and `calls` may be behind; then
    /// nothing has happened.
    fn earn(&mut self, policy: &RetryBudgetPolicy, now: u64, calls: u64) {
        const { assert!(SECOND == TOKEN, "a token of each second's is one billionth each nanosecond") };
        let by_time = policy.per_second().saturating_mul(now.saturating_sub(self.looked_at));
        let by_calls = policy.per_call().saturating_mul(calls.saturating_sub(self.calls));
        self.tokens = self.tokens.saturating_add(by_time).saturating_add(by_calls).min(policy.most());
        self.looked_at = self.looked_at.max(now);
        self.calls = self.calls.max(calls);
    }

    /// Takes a token, if there is a whole one.
    pub(super) fn take(&mut self, policy: &RetryBudgetPolicy, now: u64, calls: u64) -> bool {
        self.earn(policy, now, calls);
        let has_one = self.tokens >= TOKEN;
        if has_one {
            self.tokens -= TOKEN;
        }
        has_one
    }

    /// Gives a token back.
    pub(super) fn give_back(&mut self, policy: &RetryBudgetPolicy) {
        self.tokens = (self.tokens + TOKEN).min(policy.most());
    }

    /// The whole tokens there are now.
    pub(super) fn available(&mut self, policy: &RetryBudgetPolicy, now: u64, calls: u64) -> u64 {
        self.earn(policy, now, calls);
        self.tokens / TOKEN
    }
}
