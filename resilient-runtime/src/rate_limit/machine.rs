//! When calls may begin. A pure state machine: it takes the time, in nanoseconds on one scale, and knows nothing of
//! threads or clocks.

use crate::core::check::nanos;
use crate::rate_limit::bucket::Bucket;
use crate::rate_limit::hold::{Hold, Rate};
use crate::rate_limit::permit_word::PermitWord;
use crate::rate_limit::policy::RateLimitPolicy;
use crate::rate_limit::window::Window;

/// The permits of a limit, and its hold.
#[derive(Debug)]
pub(super) struct Machine {
    permits: Permits,
    hold: Hold,
}

#[derive(Debug)]
enum Permits {
    /// Only holds limit.
    Any,
    Window(Window),
    Bucket {
        bucket: Bucket,
        /// The span of the limit as it was set.
        span: u64,
        /// When it is full again.
        full_at: u128,
    },
}

/// In nanoseconds.
fn span(policy: &RateLimitPolicy) -> u64 {
    nanos(policy.span()).max(1)
}

impl Machine {
    pub(super) fn new(policy: &RateLimitPolicy) -> Self {
        let span = span(policy);
        let permits = match (policy.permits(), Self::bucket_of(policy)) {
            (None, _) => Permits::Any,
            (Some(permits), None) => Permits::Window(Window::new(permits, span)),
            (Some(_), Some(bucket)) => Permits::Bucket { bucket, span, full_at: 0 },
        };
        Self { permits, hold: Hold::default() }
    }

    /// Other settings. What was taken counts by them as well: of a window as many permits as are taken in its span, of a
    /// bucket as many as are missing. The hold stays.
    #[cfg(feature = "config")]
    pub(super) fn change(&mut self, policy: &RateLimitPolicy, now: u64) {
        let mut permits = Self::new(policy).permits;
        match (&mut self.permits, &mut permits) {
            (Permits::Window(before), Permits::Window(after)) => after.take_over(before),
            (Permits::Window(before), Permits::Bucket { bucket, full_at, .. }) => {
                *full_at = bucket.lacking_of(now, before.taken(now));
            }
            (Permits::Bucket { bucket, full_at, .. }, Permits::Window(after)) => {
                after.take(now, bucket.lacking(*full_at, now));
            }
            (Permits::Bucket { bucket: before, full_at, .. }, Permits::Bucket { bucket, full_at: after, .. }) => {
                *after = bucket.lacking_of(now, before.lacking(*full_at, now));
            }
            (Permits::Any, _) | (_, Permits::Any) => {}
        }
        self.permits = permits;
    }

    const fn rate(&self) -> Option<Rate> {
        match &self.permits {
            Permits::Any => None,
            Permits::Window(window) => Some(window.rate()),
            Permits::Bucket { bucket, span, .. } => Some(bucket.rate(*span)),
        }
    }

    /// When a call that takes `cost` permits may begin, if `ahead` permits are taken before it as soon as they can be.
    pub(super) fn begins_at(&self, now: u64, ahead: u64, cost: u64) -> u64 {
        let n = ahead.saturating_add(cost.max(1));
        let at = match &self.permits {
            Permits::Any => now,
            Permits::Window(window) => window.free_at(now, n),
            Permits::Bucket { bucket, full_at, .. } => bucket.free_at(*full_at, now, n),
        };
        if self.hold.is_none() { at } else { self.hold.not_before(at, ahead, self.rate()) }
    }

    /// Takes the permits of a call that begins now.
    pub(super) fn take(&mut self, now: u64, cost: u64) {
        match &mut self.permits {
            Permits::Any => {}
            Permits::Window(window) => window.take(now, cost),
            Permits::Bucket { bucket, full_at, .. } => *full_at = bucket.taken(*full_at, now, cost),
        }
        if !self.hold.is_none() {
            self.hold.take(now, cost, self.rate());
        }
    }

    /// The permits that calls could take at `now`; `None` if only holds limit, and there is none.
    pub(super) fn available(&self, now: u64) -> Option<u64> {
        if self.hold.not_before(now, 0, self.rate()) > now {
            return Some(0);
        }
        match &self.permits {
            Permits::Any => None,
            Permits::Window(window) => Some(window.free(now)),
            Permits::Bucket { bucket, full_at, .. } => Some(bucket.free(*full_at, now)),
        }
    }

    /// Whether a new one would do the same from now on.
    pub(super) fn is_as_new(&self, now: u64) -> bool {
        let has_all = match &self.permits {
            Permits::Any => true,
            Permits::Window(window) => window.is_full(now),
            Permits::Bucket { bucket, full_at, .. } => bucket.is_full(*full_at, now),
        };
        has_all && self.hold.is_over(now)
    }

    /// Nobody begins for so many nanoseconds. A hold that lasts longer stays as it is.
    pub(super) fn hold(&mut self, now: u64, span: u64) {
        self.hold.extend(now.saturating_add(span), self.rate());
    }

    /// Ends the hold.
    pub(super) fn resume(&mut self) {
        self.hold.end();
    }

    /// The bucket of these settings, if they have one.
    pub(super) fn bucket_of(policy: &RateLimitPolicy) -> Option<Bucket> {
        Some(Bucket::new(policy.permits()?, span(policy), policy.most_at_once()?))
    }

    /// The word by which calls take permits, if they can without the lock, and if there is no hold. It counts from
    /// `origin`; what was before is over. `by` is the number of the settings.
    pub(super) fn open_word(&self, by: u32, origin: u64) -> Option<PermitWord> {
        if !self.hold.is_none() {
            return None;
        }
        match &self.permits {
            Permits::Any => PermitWord::open(by, 0_u64),
            Permits::Window(_) => None,
            Permits::Bucket { bucket, full_at, .. } => {
                PermitWord::open(by, full_at.saturating_sub(bucket.scaled(origin)))
            }
        }
    }

    /// Goes on from what calls made of that word.
    pub(super) fn close_word(&mut self, moment: u64, origin: u64) {
        if let Permits::Bucket { bucket, full_at, .. } = &mut self.permits {
            *full_at = bucket.scaled(origin) + u128::from(moment);
        }
    }

    /// The rest of the hold.
    pub(super) const fn held_for(&self, now: u64) -> u64 {
        self.hold.left(now)
    }
}
