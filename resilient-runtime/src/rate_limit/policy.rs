//! The policy of a rate limit: how many calls may begin in which time, and how long they may wait.

use std::time::Duration;

use resilient_rules::{at_least_one, rate_limit};

use crate::core::check::{check, debug_check, first_of};
use crate::core::max_wait;

/// The settings of a rate limit. A plain value that can be a `const`.
///
/// Without a [`burst`](Self::burst), never more than `permits` calls begin in any span of `per`, wherever the span
/// begins: the server can count as it likes, the limit is kept. With a burst it is a bucket: `permits` per `per` on
/// average, at most `burst` at once after a pause. The bucket is GCRA, the generic cell rate algorithm of ATM's traffic
/// management; a call of several permits waits for all of them.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::RateLimitPolicy;
/// use std::time::Duration;
///
/// const GITHUB: RateLimitPolicy =
///     RateLimitPolicy::new(80, Duration::from_secs(60)).max_wait(Duration::from_secs(5));
/// ```
///
/// ```compile_fail
/// # use resilient_runtime::RateLimitPolicy;
/// # use std::time::Duration;
/// const NOBODY: RateLimitPolicy = RateLimitPolicy::new(0, Duration::from_secs(1));
/// ```
///
/// # Panics
///
/// In debug builds a setter panics if its value is invalid; in a `const` that is a compile error. In release builds an
/// invalid value becomes the nearest valid one. Of a value that is known only at run time, the setters that begin with
/// `try_` return an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a policy does nothing by itself"]
pub struct RateLimitPolicy {
    pub(super) permits: Option<u32>,
    pub(super) per: Duration,
    pub(super) burst: Option<u32>,
    max_wait: Duration,
    max_queue: Option<u32>,
    default_retry_after: Duration,
    max_retry_after: Duration,
}

impl RateLimitPolicy {
    /// The most permits of a window: it keeps a moment of 8 bytes for each. More need a [`burst`](Self::burst).
    pub const MAX_WINDOW: u32 = rate_limit::MAX_WINDOW;

    /// Any number of calls, until the server says "too many": see [`RateLimiter::hold`](crate::RateLimiter::hold).
    pub const HOLDS_ONLY: Self = Self {
        permits: None,
        per: rate_limit::PER,
        burst: None,
        max_wait: rate_limit::MAX_WAIT,
        max_queue: None,
        default_retry_after: rate_limit::DEFAULT_RETRY_AFTER,
        max_retry_after: rate_limit::MAX_RETRY_AFTER,
    };

    /// At most `permits` calls begin in any span of `per`. A call that may not begin now is refused at once.
    #[track_caller]
    pub const fn new(permits: u32, per: Duration) -> Self {
        Self::HOLDS_ONLY.permits_per(permits, per)
    }

    /// Another limit: `permits` from 1, `per` above zero.
    #[track_caller]
    pub const fn permits_per(mut self, permits: u32, per: Duration) -> Self {
        debug_check(first_of([(permits == 0, NO_PERMITS), (per.is_zero(), NO_TIME)]));
        self.permits = Some(permits);
        self.per = per;
        self
    }

    /// The permits of the span that is set, or of 1 s.
    #[doc(hidden)]
    #[track_caller]
    pub const fn permits_given(self, permits: u32) -> Self {
        let per = self.per;
        self.permits_per(permits, per)
    }

    /// The span of the permits.
    #[doc(hidden)]
    #[track_caller]
    pub const fn per(mut self, per: Duration) -> Self {
        debug_check(first_of([(per.is_zero(), NO_TIME)]));
        self.per = per;
        self
    }

    /// A bucket in place of the window: after a pause, at most so many calls begin at once. From 1. Default: none.
    #[track_caller]
    pub const fn burst(mut self, burst: u32) -> Self {
        debug_check(first_of([(burst == 0, NO_BURST)]));
        self.burst = Some(burst);
        self
    }

    /// How long a call waits for its permits, first come, first served. One that would have to wait longer is refused at
    /// once. Default: zero, which never waits. `Duration::MAX` waits for as long as it takes.
    pub const fn max_wait(mut self, max_wait: Duration) -> Self {
        self.max_wait = max_wait;
        self
    }

    /// [`max_wait`](Self::max_wait) for an attribute, where `None` waits for as long as it takes.
    #[doc(hidden)]
    pub const fn max_wait_given(self, max_wait: Option<Duration>) -> Self {
        match max_wait {
            Some(limit) => self.max_wait(limit),
            None => self.max_wait(max_wait::UNLIMITED),
        }
    }

    /// How many calls may wait at a time; a further one is refused at once. Default: any number.
    pub const fn max_queue(mut self, max_queue: u32) -> Self {
        self.max_queue = Some(max_queue);
        self
    }

    /// How long everybody stops if the server says "too many" but not for how long. Default: 30 s.
    pub const fn default_retry_after(mut self, delay: Duration) -> Self {
        self.default_retry_after = delay;
        self
    }

    /// The longest time for which the server can stop everybody; a longer one is cut to it. Default: 300 s.
    pub const fn max_retry_after(mut self, limit: Duration) -> Self {
        self.max_retry_after = limit;
        self
    }

    /// Returns the policy unchanged if all its settings are valid together.
    ///
    /// # Panics
    ///
    /// If a setting is out of range or two contradict each other; in a `const` that is a compile error.
    #[track_caller]
    pub const fn checked(self) -> Self {
        check(self.problem());
        self
    }

    pub(super) const fn problem(&self) -> Option<&'static str> {
        let without_burst = self.burst.is_none();
        first_of([
            (matches!(self.permits, Some(0)), NO_PERMITS),
            (self.per.is_zero(), NO_TIME),
            (matches!(self.burst, Some(0)), NO_BURST),
            (self.permits.is_none() && !without_burst, BURST_OF_NONE),
            (without_burst && matches!(self.permits, Some(permits) if permits > Self::MAX_WINDOW), TOO_MANY),
        ])
    }

    /// The same with a window that is small enough for one of each key.
    #[track_caller]
    pub(super) const fn of_small_window(mut self) -> Self {
        let problem = self.problem_per_key();
        debug_check(problem);
        if problem.is_some() {
            self.permits = Some(Self::MAX_WINDOW_PER_KEY);
        }
        self
    }

    pub(super) const fn problem_per_key(&self) -> Option<&'static str> {
        let most = Self::MAX_WINDOW_PER_KEY;
        let is_large = self.burst.is_none() && matches!(self.permits, Some(permits) if permits > most);
        first_of([(is_large, TOO_MANY_PER_KEY)])
    }

    pub(super) const fn permits(&self) -> Option<u32> {
        match self.permits {
            Some(0) => Some(1),
            Some(permits) if self.burst.is_none() && permits > Self::MAX_WINDOW => Some(Self::MAX_WINDOW),
            permits => permits,
        }
    }

    pub(super) const fn span(&self) -> Duration {
        self.per
    }

    pub(crate) const fn most_at_once(&self) -> Option<u32> {
        match self.burst {
            Some(0) => Some(1),
            burst => burst,
        }
    }

    /// The permits of the dearest call that can ever begin.
    pub(crate) const fn capacity(&self) -> u64 {
        match (self.permits(), self.most_at_once()) {
            (None, _) => u64::MAX,
            (Some(permits), None) => permits as u64,
            (Some(_), Some(burst)) => burst as u64,
        }
    }

    /// The setting that gives these.
    pub(crate) const fn setting_of_capacity(&self) -> &'static str {
        if self.most_at_once().is_some() { "burst" } else { "permits" }
    }

    pub(super) const fn wait(&self) -> Duration {
        self.max_wait
    }

    pub(super) const fn most_waiting(&self) -> u64 {
        match self.max_queue {
            Some(limit) => limit as u64,
            None => u32::MAX as u64,
        }
    }

    /// For how long to hold, if the server asks for `asked`.
    pub(crate) fn hold_of(&self, asked: Option<Duration>) -> Duration {
        asked.unwrap_or(self.default_retry_after).min(self.max_retry_after)
    }

    /// The span of its permits.
    #[cfg(feature = "config")]
    pub(crate) const fn per_span(&self) -> Duration {
        self.per
    }

    /// One whose holds are over as they begin.
    #[cfg(feature = "config")]
    pub(super) const fn without_holds(mut self) -> Self {
        self.default_retry_after = Duration::ZERO;
        self.max_retry_after = Duration::ZERO;
        self
    }

    /// Every setting with its name, to compare with those of another policy.
    pub(crate) fn settings(&self) -> Vec<(&'static str, String)> {
        let max_wait = max_wait::in_words(self.max_wait);
        let permits =
            self.permits.map(|permits| [("permits", permits.to_string()), ("per", format!("{:?}", self.per))]);
        let burst = self.burst.map(|burst| ("burst", burst.to_string()));
        let queue = self.max_queue.map(|queue| ("max_queue", queue.to_string()));
        let holds = [
            ("default_retry_after", format!("{:?}", self.default_retry_after)),
            ("max_retry_after", format!("{:?}", self.max_retry_after)),
        ];
        permits.into_iter().flatten().chain(burst).chain([("max_wait", max_wait)]).chain(queue).chain(holds).collect()
    }
}

impl Default for RateLimitPolicy {
    /// [`HOLDS_ONLY`](Self::HOLDS_ONLY).
    fn default() -> Self {
        Self::HOLDS_ONLY
    }
}

pub(super) const NO_PERMITS: &str = at_least_one!("permits");
pub(super) const NO_TIME: &str = "`per` must be above zero";
pub(crate) const BURST_OF_NONE: &str = "a `burst` needs `permits`";
pub(super) const NO_BURST: &str = at_least_one!("burst");
pub(crate) const TOO_MANY: &str = "more than 65536 `permits` need a `burst`";
pub(crate) const TOO_MANY_PER_KEY: &str = "more than 1024 `permits` per key need a `burst`";
