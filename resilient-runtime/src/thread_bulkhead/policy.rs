//! The policy of a bulkhead with threads of its own: how many there are, and how many calls may wait for one.

use std::time::Duration;

use resilient_rules::at_least_one;
use resilient_rules::bulkhead::{KEEP_ALIVE, MAX_QUEUE_OF_THREADS, THREADS};

use crate::core::check::{InvalidSetting, check, debug_check, first_of, valid};
use crate::core::max_wait;

/// The settings of a bulkhead with threads of its own: how many threads there are and how long they are kept, how many
/// calls may wait and for how long. A plain value that can be a `const`.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::ThreadBulkheadPolicy;
/// use std::time::Duration;
///
/// const POLICY: ThreadBulkheadPolicy =
///     ThreadBulkheadPolicy::new(4).max_queue(20).max_wait(Duration::from_secs(5));
/// ```
///
/// ```compile_fail
/// # use resilient_runtime::ThreadBulkheadPolicy;
/// const NOBODY: ThreadBulkheadPolicy = ThreadBulkheadPolicy::new(0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a policy does nothing by itself"]
pub struct ThreadBulkheadPolicy {
    threads: u32,
    max_queue: u32,
    max_wait: Duration,
    keep_alive: Duration,
}

impl ThreadBulkheadPolicy {
    /// Of calls that nothing limits: they wait for as long as it takes.
    pub(crate) const PASSING: Self = Self::new(256).max_queue(u32::MAX);

    /// Bodies run on at most `threads` threads, and 100 calls may wait for one.
    ///
    /// # Panics
    ///
    /// In debug builds if `threads` is zero; in a `const` that is a compile error. In release builds zero becomes 1.
    #[track_caller]
    pub const fn new(threads: u32) -> Self {
        let max_wait = max_wait::UNLIMITED;
        Self { threads: 1, max_queue: MAX_QUEUE_OF_THREADS, max_wait, keep_alive: KEEP_ALIVE }.threads(threads)
    }

    /// The threads, each of which runs one body at a time; at least 1. They are made when they are needed: a call waits
    /// only once all of them have been made and are busy. The default policy has 4.
    ///
    /// # Panics
    ///
    /// As [`new`](Self::new).
    #[track_caller]
    pub const fn threads(mut self, threads: u32) -> Self {
        self.threads = threads;
        debug_check(self.problem());
        self
    }

    /// As [`new`](Self::new) for a number that is known only at run time.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::ThreadBulkheadPolicy;
    ///
    /// let configured = 0;
    /// let error = ThreadBulkheadPolicy::try_new(configured).unwrap_err();
    /// assert_eq!(error.to_string(), "`threads` must be at least 1");
    /// ```
    ///
    /// # Errors
    ///
    /// If it is zero.
    pub const fn try_new(threads: u32) -> Result<Self, InvalidSetting> {
        Self::new(1).try_threads(threads)
    }

    /// As [`threads`](Self::threads) for a number that is known only at run time.
    ///
    /// # Errors
    ///
    /// If it is zero.
    pub const fn try_threads(mut self, threads: u32) -> Result<Self, InvalidSetting> {
        self.threads = threads;
        valid(self, self.problem())
    }

    /// How many calls may wait for a thread at a time; a further one is refused at once. Default: 100. With zero a call
    /// is admitted only if a thread is idle, or can be made.
    pub const fn max_queue(mut self, max_queue: u32) -> Self {
        self.max_queue = max_queue;
        self
    }

    /// How long a call waits for a thread. A body that has not begun by then is refused, and never begins. Default:
    /// `Duration::MAX`, for as long as it takes; zero is as a [`max_queue`](Self::max_queue) of zero.
    pub const fn max_wait(mut self, max_wait: Duration) -> Self {
        self.max_wait = max_wait;
        self
    }

    /// Lets a call wait for a thread for as long as it takes: the same as a [`max_wait`](Self::max_wait) of
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

    /// A thread ends after so long without work. Default: 10 seconds.
    pub const fn keep_alive(mut self, keep_alive: Duration) -> Self {
        self.keep_alive = keep_alive;
        self
    }

    /// Returns the policy unchanged if all its settings are valid.
    ///
    /// # Panics
    ///
    /// If there are no threads; in a `const` that is a compile error.
    #[track_caller]
    pub const fn checked(self) -> Self {
        check(self.problem());
        self
    }

    const fn problem(&self) -> Option<&'static str> {
        first_of([(self.threads == 0, ZERO)])
    }

    /// Every setting with its name, to compare with those of another policy.
    pub(crate) fn settings(&self) -> Vec<(&'static str, String)> {
        let max_wait = max_wait::in_words(self.max_wait);
        let numbers = [("threads", self.threads.to_string()), ("max_queue", self.max_queue.to_string())];
        let times = [("max_wait", max_wait), ("keep_alive", format!("{:?}", self.keep_alive))];
        numbers.into_iter().chain(times).collect()
    }

    pub(crate) const fn most_running(&self) -> usize {
        if self.threads == 0 { 1 } else { self.threads as usize }
    }

    pub(crate) const fn most_waiting(&self) -> usize {
        if self.max_wait.is_zero() { 0 } else { self.max_queue as usize }
    }

    /// How long a call waits at most, if not for as long as it takes.
    pub(crate) fn longest_wait(&self) -> Option<Duration> {
        (self.max_wait < max_wait::UNLIMITED).then_some(self.max_wait)
    }

    pub(crate) const fn kept_alive(&self) -> Duration {
        self.keep_alive
    }
}

impl Default for ThreadBulkheadPolicy {
    /// Four threads, and 100 calls that may wait for one.
    fn default() -> Self {
        Self::new(THREADS)
    }
}

const ZERO: &str = at_least_one!("threads");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_has_its_default() {
        let policy = ThreadBulkheadPolicy::new(3);
        assert_eq!((policy.most_running(), policy.most_waiting(), policy.longest_wait()), (3, 100, None));
        assert_eq!(policy.kept_alive(), Duration::from_secs(10));
        let policy = policy.threads(4).max_queue(6).max_wait(Duration::from_secs(5)).keep_alive(Duration::from_secs(1));
        assert_eq!((policy.most_running(), policy.most_waiting()), (4, 6));
        assert_eq!(
            (policy.longest_wait(), policy.kept_alive()),
            (Some(Duration::from_secs(5)), Duration::from_secs(1))
        );
    }

    #[test]
    fn who_may_not_wait_is_not_queued() {
        assert_eq!(ThreadBulkheadPolicy::new(3).max_wait(Duration::ZERO).most_waiting(), 0);
    }

    #[test]
    fn no_threads_become_one_where_they_are_used() {
        assert_eq!(ThreadBulkheadPolicy { threads: 0, ..ThreadBulkheadPolicy::default() }.most_running(), 1);
    }

    #[test]
    #[should_panic(expected = "`threads` must be at least 1")]
    fn no_threads_are_a_problem() {
        let _ = ThreadBulkheadPolicy { threads: 0, ..ThreadBulkheadPolicy::default() }.checked();
    }

    #[test]
    fn every_setting_is_listed_under_its_name() {
        let listed = |policy: ThreadBulkheadPolicy| {
            policy.settings().iter().map(|(name, value)| format!("{name} = {value}")).collect::<Vec<_>>()
        };
        let default = ["threads = 4", "max_queue = 100", "max_wait = unlimited", "keep_alive = 10s"];
        assert_eq!(listed(ThreadBulkheadPolicy::default()), default);
        assert_eq!(listed(ThreadBulkheadPolicy::default().max_wait_given(None)), default);
        let hasty = ThreadBulkheadPolicy::new(1).max_queue(0).max_wait_given(Some(Duration::from_secs(5)));
        assert_eq!(listed(hasty), ["threads = 1", "max_queue = 0", "max_wait = 5s", "keep_alive = 10s"]);
    }
}
