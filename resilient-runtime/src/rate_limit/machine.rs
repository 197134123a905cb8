//! When calls may begin. A pure state machine: it takes the time, in nanoseconds on one scale, and knows nothing of
//! threads or clocks.

use crate::core::check::nanos;
use crate::rate_limit::bucket::Bucket;
use crate::rate_limit::hold::{Hold, Rate};
use crate::rate_limit::policy::RateLimitPolicy;
use crate::rate_limit::window::Window;

/// The permits of a limit, and its hold.
#[derive(Debug)]
pub(super) struct Machine {
    permits: Permits,
    rate: Option<Rate>,
    hold: Hold,
}

#[derive(Debug)]
enum Permits {
    /// Only holds limit.
    Any,
    Window(Window),
    Bucket(Bucket),
}

impl Machine {
    pub(super) fn new(policy: &RateLimitPolicy) -> Self {
        let per = nanos(policy.span()).max(1);
        let permits = match (policy.permits(), policy.most_at_once()) {
            (None, _) => Permits::Any,
            (Some(permits), None) => Permits::Window(Window::new(permits, per)),
            (Some(permits), Some(burst)) => Permits::Bucket(Bucket::new(permits, per, burst)),
        };
        let rate = policy.permits().map(|permits| Rate { permits: u64::from(permits), per });
        Self { permits, rate, hold: Hold::default() }
    }

    /// When a call that takes `cost` permits may begin, if `ahead` permits are taken before it as soon as they can be.
    pub(super) fn begins_at(&self, now: u64, ahead: u64, cost: u64) -> u64 {
        let n = ahead.saturating_add(cost.max(1));
        let at = match &self.permits {
            Permits::Any => now,
            Permits::Window(window) => window.free_at(now, n),
            Permits::Bucket(bucket) => bucket.free_at(now, n),
        };
        self.hold.not_before(at, ahead, self.rate)
    }

    /// Takes the permits of a call that begins now.
    pub(super) fn take(&mut self, now: u64, cost: u64) {
        match &mut self.permits {
            Permits::Any => {}
            Permits::Window(window) => window.take(now, cost),
            Permits::Bucket(bucket) => bucket.take(now, cost),
        }
        self.hold.take(now, cost, self.rate);
    }

    /// The permits that calls could take at `now`; `None` if only holds limit, and there is none.
    pub(super) fn available(&self, now: u64) -> Option<u64> {
        if self.hold.not_before(now, 0, self.rate) > now {
            return Some(0);
        }
        match &self.permits {
            Permits::Any => None,
            Permits::Window(window) => Some(window.free(now)),
            Permits::Bucket(bucket) => Some(bucket.free(now)),
        }
    }

    /// Whether a new one would do the same from now on.
    pub(super) fn is_as_new(&self, now: u64) -> bool {
        let has_all = match &self.permits {
            Permits::Any => true,
            Permits::Window(window) => window.is_full(now),
            Permits::Bucket(bucket) => bucket.is_full(now),
        };
        has_all && self.hold.is_over(now)
    }

    /// Nobody begins for so many nanoseconds. A hold that lasts longer stays as it is.
    pub(super) fn hold(&mut self, now: u64, span: u64) {
        self.hold.extend(now.saturating_add(span), self.rate);
    }

    /// Ends the hold.
    pub(super) fn resume(&mut self) {
        self.hold.end();
    }

    /// The rest of the hold.
    pub(super) const fn held_for(&self, now: u64) -> u64 {
        self.hold.left(now)
    }
}
