//! The policy of a retry budget: how many retries calls earn.

use resilient_rules::at_least_one;
pub(super) use resilient_rules::retry_budget::{BAD_SHARE as NO_SHARE, is_share};
use resilient_rules::retry_budget::{BURST, EARNED_BY, MIN_PER_SECOND, SHARE};

use crate::core::check::{check, debug_check, first_of};

/// The settings of a retry budget: what calls earn, and how much of it is kept. A plain value that can be a `const`.
///
/// Calls earn tokens, and each retry takes one. So while everything fails, the requests grow by the
/// [`share`](Self::share) and no more. The idea is that of the retry budgets of Finagle and of gRFC A6 of gRPC.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::RetryBudgetPolicy;
///
/// const CAREFUL: RetryBudgetPolicy = RetryBudgetPolicy::new().share(0.1).min_per_second(1);
/// ```
///
/// ```compile_fail
/// # use resilient_runtime::RetryBudgetPolicy;
/// const NOTHING: RetryBudgetPolicy =
///     RetryBudgetPolicy::new().share(0.0).min_per_second(0).checked();
/// ```
///
/// # Panics
///
/// In debug builds a setter panics if its value is invalid; in a `const` that is a compile error. In release builds an
/// invalid value becomes the nearest valid one. Of a value that is known only at run time, the setters that begin with
/// `try_` return an error.
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use = "a policy does nothing by itself"]
pub struct RetryBudgetPolicy {
    pub(super) share: f64,
    pub(super) min_per_second: u32,
    pub(super) burst: u32,
    pub(super) earned_by: EarnedBy,
}

/// Which calls earn tokens of a retry budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EarnedBy {
    /// Every call, when it begins.
    Calls,
    /// A call that succeeds, when it ends.
    Successes,
}

/// Tokens are counted in billionths.
pub(super) const TOKEN: u64 = 1_000_000_000;

impl RetryBudgetPolicy {
    /// What [`new`](Self::new) gives.
    #[doc(hidden)]
    pub const DEFAULT: Self =
        Self { share: SHARE, min_per_second: MIN_PER_SECOND, burst: BURST, earned_by: EarnedBy::Calls };

    /// One token for five calls and ten each second, of which up to 100 are kept.
    pub const fn new() -> Self {
        Self::DEFAULT
    }

    /// The tokens that a call earns, from 0 to 10; counted in billionths. Attempts after the first earn nothing. Default:
    /// 0.2.
    #[track_caller]
    pub const fn share(mut self, share: f64) -> Self {
        debug_check(first_of([(!is_share(share), NO_SHARE)]));
        self.share = share;
        self
    }

    /// The tokens that are earned each second, so that a client with few calls can retry. Default: 10.
    pub const fn min_per_second(mut self, tokens: u32) -> Self {
        self.min_per_second = tokens;
        self
    }

    /// The most tokens that are kept, at least 1. It begins with those of one second, or with this many if that is less.
    /// Default: 100.
    #[track_caller]
    pub const fn burst(mut self, tokens: u32) -> Self {
        debug_check(first_of([(tokens == 0, NO_BURST)]));
        self.burst = tokens;
        self
    }

    /// Which calls earn tokens. Default: all of them.
    pub const fn earned_by(mut self, earned_by: EarnedBy) -> Self {
        self.earned_by = earned_by;
        self
    }

    /// Returns the policy unchanged if all its settings are valid together.
    ///
    /// # Panics
    ///
    /// If a setting is out of range, or nothing is ever earned; in a `const` that is a compile error.
    #[track_caller]
    pub const fn checked(self) -> Self {
        check(self.problem());
        self
    }

    /// The first problem of all settings together.
    pub(super) const fn problem(&self) -> Option<&'static str> {
        first_of([
            (!is_share(self.share), NO_SHARE),
            (self.burst == 0, NO_BURST),
            (self.share == 0.0 && self.min_per_second == 0, NO_INCOME),
        ])
    }

    /// What a call earns, in billionths, to the nearest of them.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 10")]
    pub(super) const fn per_call(&self) -> u64 {
        let share = if self.share > 0.0 { self.share.min(10.0) } else { 0.0 };
        (share * 1e9 + 0.5) as u64
    }

    /// What a second earns.
    pub(super) const fn per_second(&self) -> u64 {
        self.min_per_second as u64
    }

    /// The most that is kept, in billionths.
    pub(super) const fn most(&self) -> u64 {
        let burst = if self.burst == 0 { 1 } else { self.burst };
        burst as u64 * TOKEN
    }

    pub(crate) const fn earned_by_successes(&self) -> bool {
        matches!(self.earned_by, EarnedBy::Successes)
    }

    /// Every setting with its name, to compare with those of another policy.
    pub(crate) fn settings(&self) -> Vec<(&'static str, String)> {
        let [(calls, _), (successes, _)] = EARNED_BY;
        let earned_by = if self.earned_by_successes() { successes } else { calls };
        vec![
            ("share", self.share.to_string()),
            ("min_per_second", self.min_per_second.to_string()),
            ("burst", self.burst.to_string()),
            ("earned_by", earned_by.to_owned()),
        ]
    }
}

impl Default for RetryBudgetPolicy {
    fn default() -> Self {
        Self::new()
    }
}

pub(super) const NO_BURST: &str = at_least_one!("burst");
pub(crate) const NO_INCOME: &str = "a `share` and a `min_per_second` of 0 earn nothing";

/// One second in nanoseconds, in which a token of each second's is earned in as many billionths.
pub(super) const SECOND: u64 = 1_000_000_000;
