//! The policy of an adaptive throttle: plain settings, and the share of calls that it sheds.

use std::time::Duration;

use resilient_rules::adaptive_throttle::{MAX_SHARE, MIN_CALLS, RATIO, WINDOW};
pub(super) use resilient_rules::adaptive_throttle::{SHORT_WINDOW, SHORTEST_WINDOW};
use resilient_rules::{at_least_one, share_of_calls};

use crate::core::check::{check, debug_check, first_of, is_growth, is_rate, shorter};
use crate::outcomes::tally::Tally;

/// The settings of an adaptive throttle. A plain value that can be a `const`.
///
/// Of the calls in the last [`window`](Self::window), shed ones included, it counts how many the callee accepted, and
/// sheds the next call with a probability of
///
/// ```text
/// (calls - ratio * accepted) / (calls + 1)
/// ```
///
/// if that is above zero. This is the client-side throttling of chapter 21 of Google's book [Site Reliability
/// Engineering](https://sre.google/sre-book/handling-overload/).
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::AdaptiveThrottlePolicy;
/// use std::time::Duration;
///
/// const EAGER: AdaptiveThrottlePolicy = AdaptiveThrottlePolicy::new()
///     .ratio(1.1)
///     .window(Duration::from_secs(30))
///     .max_share(0.8);
/// ```
///
/// ```compile_fail
/// # use resilient_runtime::AdaptiveThrottlePolicy;
/// const ALWAYS: AdaptiveThrottlePolicy = AdaptiveThrottlePolicy::new().ratio(0.5);
/// ```
///
/// # Panics
///
/// In debug builds a setter panics if its value is invalid; in a `const` that is a compile error. In release builds an
/// invalid value is corrected where it is used: a `ratio` below 1 or not a number becomes 1, a `window` below 10 ms 10 ms,
/// `min_calls` of zero 1, a `max_share` of zero or less the smallest one, above 1 or not a number 1.
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use = "a policy does nothing by itself"]
pub struct AdaptiveThrottlePolicy {
    pub(super) ratio: f64,
    pub(super) window: Duration,
    pub(super) min_calls: u32,
    pub(super) max_share: f64,
}

impl AdaptiveThrottlePolicy {
    /// What [`new`](Self::new) gives. Generated code begins with it.
    #[doc(hidden)]
    pub const DEFAULT: Self = Self { ratio: RATIO, window: WINDOW, min_calls: MIN_CALLS, max_share: MAX_SHARE };

    /// Sheds once less than half of the calls in the last two minutes were accepted, if these are at least 10; at most
    /// 90 % of the calls.
    pub const fn new() -> Self {
        Self::DEFAULT
    }

    /// How many calls are made for each that is accepted before any is shed, at least 1 and finite. Twice as many let
    /// half of the calls fail in an outage, and notice quickly that it is over; a ratio near 1 spares the callee more.
    /// Default: 2.0.
    #[track_caller]
    pub const fn ratio(mut self, ratio: f64) -> Self {
        debug_check(first_of([(!is_growth(ratio), BAD_RATIO)]));
        self.ratio = ratio;
        self
    }

    /// Counts the calls that ended, or were shed, in the last `span`, at least 10 ms and exact to a tenth of it. Default:
    /// 2 min.
    #[track_caller]
    pub const fn window(mut self, span: Duration) -> Self {
        debug_check(first_of([(shorter(span, SHORTEST_WINDOW), SHORT_WINDOW)]));
        self.window = span;
        self
    }

    /// How many calls the window must hold before any is shed, at least 1. Default: 10.
    #[track_caller]
    pub const fn min_calls(mut self, calls: u32) -> Self {
        debug_check(first_of([(calls == 0, NO_MIN_CALLS)]));
        self.min_calls = calls;
        self
    }

    /// The largest share of calls that is shed, above 0 and at most 1. Calls that are let through find out whether the
    /// callee accepts calls again; with 1, hardly one in an outage of many calls. Default: 0.9.
    #[track_caller]
    pub const fn max_share(mut self, share: f64) -> Self {
        debug_check(first_of([(!is_rate(share), BAD_SHARE)]));
        self.max_share = share;
        self
    }

    /// Returns the policy unchanged if all its settings are valid.
    ///
    /// # Panics
    ///
    /// If a setting is out of range; in a `const` that is a compile error.
    #[track_caller]
    pub const fn checked(self) -> Self {
        check(self.problem());
        self
    }

    pub(super) const fn problem(&self) -> Option<&'static str> {
        first_of([
            (!is_growth(self.ratio), BAD_RATIO),
            (shorter(self.window, SHORTEST_WINDOW), SHORT_WINDOW),
            (self.min_calls == 0, NO_MIN_CALLS),
            (!is_rate(self.max_share), BAD_SHARE),
        ])
    }

    /// Every setting with its name, to compare with those of another policy.
    pub(crate) fn settings(&self) -> Vec<(&'static str, String)> {
        vec![
            ("ratio", format!("{:?}", self.ratio)),
            ("window", format!("{:?}", self.window)),
            ("min_calls", self.min_calls.to_string()),
            ("max_share", format!("{:?}", self.max_share)),
        ]
    }

    /// The time over which calls are counted.
    pub(crate) fn span(&self) -> Duration {
        self.window.max(SHORTEST_WINDOW)
    }

    /// How many calls the window must hold before any is shed.
    pub(crate) fn needed_calls(&self) -> u64 {
        u64::from(self.min_calls.max(1))
    }

    /// The share of calls to shed, by what the window holds: its failed calls are those that were not accepted.
    #[expect(clippy::cast_precision_loss, reason = "a window never holds 2^52 calls")]
    pub(crate) fn share(&self, tally: Tally) -> f64 {
        if tally.total < self.needed_calls() {
            return 0.0;
        }
        let (calls, accepted) = (tally.total as f64, (tally.total - tally.failed) as f64);
        let ratio = if is_growth(self.ratio) { self.ratio } else { 1.0 };
        let most = if self.max_share.is_nan() { 1.0 } else { self.max_share.clamp(f64::MIN_POSITIVE, 1.0) };
        ((calls - ratio * accepted) / (calls + 1.0)).clamp(0.0, most)
    }

    /// Whether to shed a call, by a number that is uniform in `[0, 1)`.
    pub(crate) fn sheds(&self, tally: Tally, random: f64) -> bool {
        random < self.share(tally)
    }
}

impl Default for AdaptiveThrottlePolicy {
    fn default() -> Self {
        Self::new()
    }
}

pub(super) const BAD_RATIO: &str = at_least_one!("ratio");
pub(super) const NO_MIN_CALLS: &str = at_least_one!("min_calls");
pub(super) const BAD_SHARE: &str = share_of_calls!("max_share");
