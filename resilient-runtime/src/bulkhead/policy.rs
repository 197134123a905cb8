//! The policy of a bulkhead: how many calls may be in flight, and how many may wait.

use std::time::Duration;

use resilient_rules::bulkhead::{MAX_CONCURRENT, MAX_WAIT, adaptive};
use resilient_rules::{at_least_one, without_adaptive_limit};

use crate::bulkhead::adaptive::Adaptive;
use crate::bulkhead::adaptive::limit::AdaptiveLimit;
use crate::core::check::{InvalidSetting, check, debug_check, first_of, valid};
use crate::core::max_wait;

/// The settings of a bulkhead: how many calls may be in flight, how long and how many may wait. A plain value that can
/// be a `const`.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::BulkheadPolicy;
/// use std::time::Duration;
///
/// const POLICY: BulkheadPolicy =
///     BulkheadPolicy::new(10).max_wait(Duration::from_secs(5)).max_queue(100);
/// ```
///
/// ```compile_fail
/// # use resilient_runtime::BulkheadPolicy;
/// const NOBODY: BulkheadPolicy = BulkheadPolicy::new(0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a policy does nothing by itself"]
pub struct BulkheadPolicy {
    max_concurrent: u32,
    max_wait: Duration,
    /// `u32::MAX` for any number.
    max_queue: u32,
    /// Between which bounds the limit adapts itself.
    adaptive: Option<AdaptiveLimit>,
    /// A call that takes longer is a sign of overload.
    overload_after: Option<Duration>,
}

/// What a bulkhead keeps of its policy: of bulkheads there may be many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kept {
    /// In the beginning.
    pub(super) limit: u32,
    pub(super) max_queue: u32,
    pub(super) max_wait: Duration,
}

impl BulkheadPolicy {
    /// At most `max_concurrent` calls in flight; a call that finds no free slot is refused at once.
    ///
    /// # Panics
    ///
    /// In debug builds if `max_concurrent` is zero; in a `const` that is a compile error. In release builds zero
    /// becomes 1.
    #[track_caller]
    pub const fn new(max_concurrent: u32) -> Self {
        Self::of(1).max_concurrent(max_concurrent)
    }

    const fn of(max_concurrent: u32) -> Self {
        Self { max_concurrent, max_wait: MAX_WAIT, max_queue: u32::MAX, adaptive: None, overload_after: None }
    }

    /// A limit that adapts itself to what the callee can do, in place of one that stays. It is less on a sign of overload:
    /// [`Error::TimedOut`](crate::Error::TimedOut) of a limit below the bulkhead, what a filter of the call finds, or a call
    /// slower than [`overload_after`](Self::overload_after).
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{AdaptiveLimit, Bulkhead, BulkheadPolicy};
    ///
    /// let bulkhead =
    ///     Bulkhead::new("search", BulkheadPolicy::new(1).adaptive(AdaptiveLimit::new(200)));
    /// assert_eq!(bulkhead.limit(), 20);
    /// ```
    ///
    /// # Panics
    ///
    /// In debug builds if the bounds contradict each other; in a `const` that is a compile error. In release builds the
    /// nearest valid ones are used.
    #[track_caller]
    pub const fn adaptive(mut self, limit: AdaptiveLimit) -> Self {
        debug_check(limit.problem());
        self.max_concurrent = limit.first();
        self.adaptive = Some(limit);
        self
    }

    /// A call that takes longer is a sign of overload, however it ends. Only with an [adaptive](Self::adaptive) limit, and
    /// above zero. Default: none.
    pub const fn overload_after(mut self, limit: Duration) -> Self {
        self.overload_after = Some(limit);
        self
    }

    /// What a bulkhead keeps of it, and its limit of now.
    pub(super) fn of_kept(kept: Kept, adaptive: Option<(AdaptiveLimit, Option<Duration>)>, limit: u32) -> Self {
        let Kept { max_wait, max_queue, .. } = kept;
        let (bounds, overload_after) = adaptive.unzip();
        Self { max_concurrent: limit, max_wait, max_queue, adaptive: bounds, overload_after: overload_after.flatten() }
    }

    /// What a bulkhead keeps of it beside what adapts itself.
    pub(super) const fn kept(&self) -> Kept {
        Kept { limit: self.limit(), max_queue: self.max_queue, max_wait: self.max_wait }
    }

    /// What calls share if the limit adapts itself.
    pub(crate) fn adapts(&self) -> Option<Box<Adaptive>> {
        self.adaptive.map(|limit| Box::new(Adaptive::new(limit, self.overload_after)))
    }

    /// Whether the limit adapts itself.
    #[cfg(feature = "config")]
    pub(crate) const fn is_adaptive(&self) -> bool {
        self.adaptive.is_some()
    }

    #[cfg(feature = "config")]
    pub(crate) const fn given_overload_after(&self) -> Option<Duration> {
        self.overload_after
    }

    /// As [`overload_after`](Self::overload_after), for a value that is known only at run time.
    #[cfg(feature = "config")]
    pub(crate) fn try_overload_after(self, limit: Duration) -> Result<Self, InvalidSetting> {
        let policy = self.overload_after(limit);
        valid(policy, policy.problem())
    }

    /// A limit that stays, in place of one that adapts itself and of what that looks at.
    #[cfg(feature = "config")]
    pub(crate) const fn try_fixed(mut self, max_concurrent: u32) -> Result<Self, InvalidSetting> {
        self.adaptive = None;
        self.overload_after = None;
        self.try_max_concurrent(max_concurrent)
    }

    /// The most calls that are ever in flight at a time: the upper bound of a limit that adapts itself.
    pub(crate) fn most(&self) -> u32 {
        self.adaptive.map_or(self.limit(), AdaptiveLimit::most)
    }

    /// Calls in flight at a time, at least 1, in place of an adaptive limit. The default policy has 10.
    ///
    /// # Panics
    ///
    /// As [`new`](Self::new).
    #[track_caller]
    pub const fn max_concurrent(mut self, max_concurrent: u32) -> Self {
        self.max_concurrent = max_concurrent;
        self.adaptive = None;
        debug_check(first_of([(max_concurrent == 0, ZERO)]));
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
        let policy = Self::of(max_concurrent);
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
        self.max_wait(max_wait::UNLIMITED)
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
        self.max_queue = max_queue;
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
        if let Some(limit) = self.adaptive {
            return limit.problem();
        }
        first_of([(self.max_concurrent == 0, ZERO), (self.overload_after.is_some(), NOT_ADAPTIVE)])
    }

    /// Every setting with its name, to compare with those of another policy.
    pub(crate) fn settings(&self) -> Vec<(&'static str, String)> {
        let max_wait = max_wait::in_words(self.max_wait);
        let limit = match self.adaptive {
            Some(limit) => adaptive(limit.least(), limit.most(), limit.first()),
            None => self.max_concurrent.to_string(),
        };
        let always = [("max_concurrent", limit), ("max_wait", max_wait)];
        let queue = (self.max_queue < u32::MAX).then(|| ("max_queue", self.max_queue.to_string()));
        let after = self.overload_after.map(|after| ("overload_after", format!("{after:?}")));
        always.into_iter().chain(queue).chain(after).collect()
    }

    pub(crate) const fn limit(&self) -> u32 {
        if self.max_concurrent == 0 { 1 } else { self.max_concurrent }
    }
}

impl Default for BulkheadPolicy {
    /// Ten calls in flight, and no waiting.
    fn default() -> Self {
        Self::new(MAX_CONCURRENT)
    }
}

const ZERO: &str = at_least_one!("max_concurrent");
pub(crate) const NOT_ADAPTIVE: &str = without_adaptive_limit!("overload_after");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_has_its_default() {
        let policy = BulkheadPolicy::new(3);
        assert_eq!((policy.limit(), policy.kept().max_wait, policy.kept().max_queue), (3, Duration::ZERO, u32::MAX));
        let policy = policy.max_concurrent(4).max_wait(Duration::from_secs(5)).max_queue(6);
        assert_eq!((policy.limit(), policy.kept().max_wait, policy.kept().max_queue), (4, Duration::from_secs(5), 6));
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
