//! Taking permits that are free now: by the word, and behind the lock where the word does not do.

use std::time::Duration;

use crate::core::clock::{self, Resolution};
use crate::core::sync::Ordering;
use crate::rate_limit::bucket::Bucket;
use crate::rate_limit::limiter::{ACCEPTED, InForce, RateLimiter};
use crate::rate_limit::permit_word::{LONG, PermitWord, Seen};

impl RateLimiter {
    /// Takes permits if they are free now and nobody waits; a failure does not count as a refusal.
    #[inline]
    pub(super) fn try_take(&self, permits: u32) -> Result<(), TooSoon> {
        let cost = u64::from(permits.max(1));
        match self.word().seen() {
            Seen::Open { by: 0, moment } => self.take_from_word(self.in_force.first(), 0, moment, cost)?,
            Seen::Open { by, moment } => self.take_from_later_word(by, moment, cost)?,
            Seen::Reached { until, is_long } if cost == 1 => self.take_if_over(until, is_long)?,
            Seen::Reached { .. } | Seen::Closed => self.take_from_queue(clock::nanos(), cost)?,
        }
        self.totals.add_one(ACCEPTED);
        Ok(())
    }

    /// While the word is open.
    #[inline]
    fn take_from_word(&self, settings: &InForce, by: u32, moment: u64, cost: u64) -> Result<(), TooSoon> {
        let Some(bucket) = &settings.bucket else { return Ok(()) };
        let now = clock::nanos();
        let after = bucket.take_narrow(moment, since_origin(now), cost);
        let after = after.and_then(|after| PermitWord::open(by, after));
        if after.is_some_and(|after| self.change(by, moment, after)) {
            Ok(())
        } else {
            self.take_again(bucket, by, now, cost)
        }
    }

    /// The same by other settings than the first.
    #[cold]
    #[inline(never)]
    fn take_from_later_word(&self, by: u32, moment: u64, cost: u64) -> Result<(), TooSoon> {
        match self.in_force.of_number(by) {
            Some(settings) => self.take_from_word(settings, by, moment, cost),
            None => self.take_from_queue(clock::nanos(), cost),
        }
    }

    #[inline]
    fn change(&self, by: u32, moment: u64, after: PermitWord) -> bool {
        let change = |before: PermitWord| {
            self.word.compare_exchange(before.bits(), after.bits(), Ordering::Relaxed, Ordering::Relaxed).is_ok()
        };
        PermitWord::open(by, moment).is_some_and(change)
    }

    /// Another thread changed the word at the same time, or the permits are not free, or what follows does not fit.
    #[inline(never)]
    fn take_again(&self, bucket: &Bucket, by: u32, now: u64, cost: u64) -> Result<(), TooSoon> {
        while let Some(moment) = self.word().moment_by(by) {
            match bucket.take(moment.into(), since_origin(now), cost) {
                Ok(after) => match PermitWord::open(by, after) {
                    Some(after) if self.change(by, moment, after) => return Ok(()),
                    Some(_) => {}
                    None => break,
                },
                // Of a longer one the word is to say so, and it may be longer than there can ever be.
                Err(wait) if wait < LONG && cost == 1 => return Err(TooSoon { wait: Some(wait) }),
                Err(_) => break,
            }
        }
        self.take_from_queue(now, cost)
    }

    /// While the limit is reached.
    fn take_if_over(&self, until: u64, is_long: bool) -> Result<(), TooSoon> {
        if is_long {
            let left = until.saturating_sub(Resolution::for_spans_of(Duration::from_nanos(LONG)).nanos());
            if left >= LONG {
                return Err(TooSoon { wait: Some(left) });
            }
        }
        let now = clock::nanos();
        if now < until { Err(TooSoon { wait: Some(until - now) }) } else { self.take_from_queue(now, 1) }
    }

    #[inline(never)]
    fn take_from_queue(&self, now: u64, cost: u64) -> Result<(), TooSoon> {
        // One permit always fits.
        if cost > 1 && cost > self.in_force.get().policy.capacity() {
            return Err(TooSoon { wait: None });
        }
        self.queue().try_take(now, cost).map_err(|wait| TooSoon { wait: Some(wait) })
    }
}

/// A moment as an open word counts it.
#[inline]
const fn since_origin(at: u64) -> u64 {
    at.saturating_sub(clock::EARLIEST)
}

/// A call that may not begin now.
#[derive(Clone, Copy, Debug)]
pub(super) struct TooSoon {
    /// How long it would have to wait, in nanoseconds; `None` if it can never begin.
    pub(super) wait: Option<u64>,
}
