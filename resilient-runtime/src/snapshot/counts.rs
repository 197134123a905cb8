//! What is counted for each function, with the feature `readings`.

use crate::snapshot::functions::{FallbackTotals, RetryTotals, TimeoutTotals};

/// What one function counted.
#[derive(Clone, Debug, Default)]
pub(super) struct Counted {
    pub(super) retry: RetryTotals,
    pub(super) timeout: TimeoutTotals,
    pub(super) fallback: FallbackTotals,
}

#[cfg(feature = "readings")]
pub(super) use counted::{Counts, counts};
#[cfg(not(feature = "readings"))]
pub(super) use uncounted::{Counts, counts};

#[cfg(feature = "readings")]
mod counted {
    use std::collections::BTreeMap;

    use super::Counted;
    use crate::core::function_counts::{Count, each};
    use crate::core::name::Name;
    use crate::snapshot::functions::CauseCount;

    /// Of all functions that have counted something.
    pub(in crate::snapshot) struct Counts(BTreeMap<Name, Counted>);

    pub(in crate::snapshot) fn counts() -> Counts {
        let mut all = BTreeMap::<Name, Counted>::new();
        each(|name, count, value| all.entry(name).or_default().add(count, value));
        Counts(all)
    }

    impl Counts {
        /// Of one function.
        #[expect(clippy::unnecessary_wraps, reason = "without the feature there is none")]
        pub(in crate::snapshot) fn of(&self, path: &str) -> Option<Counted> {
            Some(self.0.get(path).cloned().unwrap_or_default())
        }
    }

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
}

#[cfg(not(feature = "readings"))]
mod uncounted {
    use super::Counted;

    /// Nothing is counted.
    pub(in crate::snapshot) struct Counts;

    pub(in crate::snapshot) const fn counts() -> Counts {
        Counts
    }

    impl Counts {
        /// Of one function.
        #[expect(clippy::unused_self, reason = "with the feature it finds what is counted")]
        pub(in crate::snapshot) const fn of(&self, _: &str) -> Option<Counted> {
            None
        }
    }
}
