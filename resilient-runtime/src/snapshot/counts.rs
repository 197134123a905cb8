//! What is counted for each function, with the feature `readings`.

use std::collections::BTreeMap;

#[cfg(feature = "readings")]
use crate::core::function_counts::{Count, each};
use crate::core::name::Name;
#[cfg(feature = "readings")]
use crate::snapshot::functions::CauseCount;
use crate::snapshot::functions::{FallbackTotals, RetryTotals, TimeoutTotals};

/// What one function counted.
#[derive(Clone, Debug, Default)]
pub(super) struct Counted {
    pub(super) retry: RetryTotals,
    pub(super) timeout: TimeoutTotals,
    pub(super) fallback: FallbackTotals,
}

/// Of all functions that have counted something.
pub(super) type Counts = BTreeMap<Name, Counted>;

/// `None` without the feature: nothing is counted.
#[cfg(not(feature = "readings"))]
pub(super) const fn counts() -> Option<Counts> {
    None
}

#[cfg(feature = "readings")]
#[expect(clippy::unnecessary_wraps, reason = "without the feature there is none")]
pub(super) fn counts() -> Option<Counts> {
    let mut all = Counts::new();
    each(|name, count, value| all.entry(name).or_default().add(count, value));
    Some(all)
}

#[cfg(feature = "readings")]
impl Counted {
    fn add(&mut self, count: Count, value: u64) {
        match count {
            Count::FirstAttemptGood => self.retry.success = value,
            Count::LaterAttemptGood => self.retry.success_after_retry = value,
            Count::NotRetried => self.retry.not_retried = value,
            Count::GivenUp => self.retry.given_up = value,
            Count::KeptToLimit => self.timeout.in_time = value,
            Count::TimedOut => self.timeout.timed_out = value,
            Count::FallbackGood => self.fallback.success = value,
            Count::FallbackFailed => self.fallback.error = value,
            Count::AfterError
            | Count::AfterValue
            | Count::AfterCircuitOpen
            | Count::AfterTimedOut
            | Count::AfterBulkheadFull
            | Count::AfterRateLimited
            | Count::AfterShed
            | Count::AfterNoItems
            | Count::AfterRetriesExhausted => {
                self.retry.retries += value;
                if value > 0 {
                    self.retry.causes.push(CauseCount { cause: count.name(), count: value });
                }
            }
        }
    }
}
