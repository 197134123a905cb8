//! The policy of a bulkhead: how many calls may be in flight, and how many may wait.

use std::time::Duration;

use crate::core::check::{InvalidSetting, check, debug_check, first_of, valid};

/// The settings of a bulkhead: how many calls may be in flight, how long and how many may wait. A plain value that can
/// be a `const`.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::BulkheadPolicy;
/// use std::time::Duration;
///
/// const POLICY: BulkheadPolicy = BulkheadPolicy::new(10).max_wait(Duration::from_secs(5)).max_queue(100);
/// ```
///
/// ```compile_fail
/// # use resilient_runtime::BulkheadPolicy;
/// const NOBODY: BulkheadPolicy = BulkheadPolicy::new(0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a policy does nothing by itself"]
#[expect(clippy::struct_field_names, reason = "the field's standard terms")]
pub struct BulkheadPolicy {
    max_concurrent: u32,
    max_wait: Duration,
    max_queue: Option<u32>,
}

impl BulkheadPolicy {
    /// The `max_wait` that is no limit.
    pub(crate) const UNLIMITED_WAIT: Duration = Duration::MAX;

    /// At most `max_concurrent` calls in flight; a call that finds no free slot is refused at once.
    ///
    /// # Panics
    ///
    /// In debug builds if `max_concurrent` is zero; in a `const` that is a compile error. In release builds zero
    /// becomes 1.
    #[track_caller]
    pub const fn new(max_concurrent: u32) -> Self {
        Self { max_concurrent: 1, max_wait: Duration::ZERO, max_queue: None }.max_concurrent(max_concurrent)
    }

    /// Calls in flight at a time, at least 1. The default policy has 10.
    ///
    /// # Panics
    ///
    /// As [`new`](Self::new).
    #[track_caller]
    pub const fn max_concurrent(mut self, max_concurrent: u32) -> Self {
        self.max_concurrent = max_concurrent;
        debug_check(self.problem());
        self
    }

    /// As [`new`](Self::new) for a number that is known only at run time.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::BulkheadPolicy;
    ///
    /// let configured = 0;
    /// let error = BulkheadPolicy::try_new(configured).unwrap_err();
    /// assert_eq!(error.to_string(), "`max_concurrent` must be at least 1");
    /// ```
    ///
    /// # Errors
    ///
    /// If it is zero.
    pub const fn try_new(max_concurrent: u32) -> Result<Self, InvalidSetting> {
        let policy = Self { max_concurrent, max_wait: Duration::ZERO, max_queue: None };
        valid(policy, policy.problem())
    }

    /// As [`max_concurrent`](Self::max_concurrent) for a number that is known only at run time.
    ///
    /// # Errors
    ///
    /// If it is zero.
    pub const fn try_max_concurrent(mut self, max_concurrent: u32) -> Result<Self, InvalidSetting> {
        self.max_concurrent = max_concurrent;
        valid(self, self.problem())
    }

    /// How long a call waits for a slot, first come, first served, before it is refused. Default: zero, which refuses
    /// at once. `Duration::MAX` waits for as long as it takes.
    pub const fn max_wait(mut self, max_wait: Duration) -> Self {
        self.max_wait = max_wait;
        self
    }

    /// Lets a call wait for a slot for as long as it takes: the same as a [`max_wait`](Self::max_wait) of
    /// `Duration::MAX`.
    pub const fn unlimited_wait(self) -> Self {
        self.max_wait(Self::UNLIMITED_WAIT)
    }

    /// [`max_wait`](Self::max_wait) for an attribute, where `None` waits for as long as it takes.
    #[doc(hidden)]
    pub const fn max_wait_given(self, max_wait: Option<Duration>) -> Self {
        match max_wait {
            Some(max_wait) => self.max_wait(max_wait),
            None => self.unlimited_wait(),
        }
    }

    /// How many calls may wait at a time; a further one is refused at once. Default: any number.
    pub const fn max_queue(mut self, max_queue: u32) -> Self {
        self.max_queue = Some(max_queue);
        self
    }

    /// Returns the policy unchanged if all its settings are valid.
    ///
    /// # Panics
    ///
    /// If the limit is zero; in a `const` that is a compile error.
    #[track_caller]
    pub const fn checked(self) -> Self {
        check(self.problem());
        self
    }

    const fn problem(&self) -> Option<&'static str> {
        first_of([(self.max_concurrent == 0, ZERO)])
    }

    /// Every setting with its name, to compare with those of another policy.
    pub(crate) fn settings(&self) -> Vec<(&'static str, String)> {
        let max_wait = match self.max_wait {
            Self::UNLIMITED_WAIT => "unlimited".to_owned(),
            limit => format!("{limit:?}"),
        };
        let always = [("max_concurrent", self.max_concurrent.to_string()), ("max_wait", max_wait)];
        let queue = self.max_queue.map(|queue| ("max_queue", queue.to_string()));
        always.into_iter().chain(queue).collect()
    }

    pub(crate) const fn limit(&self) -> u32 {
        if self.max_concurrent == 0 { 1 } else { self.max_concurrent }
    }

    pub(crate) const fn wait(&self) -> Duration {
        self.max_wait
    }

    pub(crate) const fn most_waiting(&self) -> usize {
        match self.max_queue {
            Some(limit) => limit as usize,
            None => u32::MAX as usize,
        }
    }
}

impl Default for BulkheadPolicy {
    /// Ten calls in flight, and no waiting.
    fn default() -> Self {
        Self::new(10)
    }
}

const ZERO: &str = "`max_concurrent` must be at least 1";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_has_its_default() {
        let policy = BulkheadPolicy::new(3);
        assert_eq!((policy.limit(), policy.wait(), policy.most_waiting()), (3, Duration::ZERO, u32::MAX as usize));
        let policy = policy.max_concurrent(4).max_wait(Duration::from_secs(5)).max_queue(6);
        assert_eq!((policy.limit(), policy.wait(), policy.most_waiting()), (4, Duration::from_secs(5), 6));
    }

    #[test]
    fn a_limit_of_zero_becomes_one_where_it_is_used() {
        assert_eq!(BulkheadPolicy { max_concurrent: 0, ..BulkheadPolicy::default() }.limit(), 1);
    }

    #[test]
    #[should_panic(expected = "`max_concurrent` must be at least 1")]
    fn a_limit_of_zero_is_a_problem() {
        let _ = BulkheadPolicy { max_concurrent: 0, ..BulkheadPolicy::default() }.checked();
    }

    #[test]
    fn every_setting_is_listed_under_its_name() {
        let listed = |policy: BulkheadPolicy| {
            policy.settings().iter().map(|(name, value)| format!("{name} = {value}")).collect::<Vec<_>>()
        };
        assert_eq!(listed(BulkheadPolicy::default()), ["max_concurrent = 10", "max_wait = 0ns"]);
        let all = BulkheadPolicy::new(1).max_wait(Duration::from_secs(5)).max_queue(6);
        assert_eq!(listed(all), ["max_concurrent = 1", "max_wait = 5s", "max_queue = 6"]);
        let patient = BulkheadPolicy::new(1).unlimited_wait();
        assert_eq!(listed(patient), ["max_concurrent = 1", "max_wait = unlimited"]);
        assert_eq!(patient, BulkheadPolicy::new(1).max_wait(Duration::MAX));
        assert_eq!(patient, BulkheadPolicy::new(1).max_wait_given(None));
    }
}
