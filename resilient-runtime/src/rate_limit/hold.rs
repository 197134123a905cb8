//! A hold: the server said "too many", so nobody begins until it is over. After it, permits come evenly until one span
//! has passed, because otherwise all who waited would begin at once.

/// A hold and the time after it. All moments are in nanoseconds on one scale.
#[derive(Debug, Default)]
pub(super) struct Hold {
    /// Nobody begins before.
    until: u64,
    /// From then on, permits are as the limit says again.
    even_until: u64,
    /// When the next permit may be taken while they come evenly.
    next: u64,
}

/// The rate at which permits come after a hold: one in `per / permits`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rate {
    pub(super) permits: u64,
    pub(super) per: u64,
    /// For how long permits come evenly.
    pub(super) span: u64,
}

impl Rate {
    /// The time in which so many permits come.
    fn time_of(self, permits: u64) -> u64 {
        let time = u128::from(permits) * u128::from(self.per) / u128::from(self.permits);
        u64::try_from(time).unwrap_or(u64::MAX)
    }
}

impl Hold {
    /// Holds everybody until a moment. A hold is never shortened by a later, shorter one.
    pub(super) fn extend(&mut self, until: u64, rate: Option<Rate>) {
        if until > self.until {
            self.until = until;
            self.even_until = rate.map_or(until, |rate| until.saturating_add(rate.span));
            self.next = until;
        }
    }

    /// Ends the hold and what comes after it.
    pub(super) fn end(&mut self) {
        *self = Self::default();
    }

    /// Whether there was none, or what came after it is over and a permit was taken since.
    pub(super) const fn is_none(&self) -> bool {
        self.even_until == 0
    }

    /// Whether it and the time after it are over.
    pub(super) const fn is_over(&self, now: u64) -> bool {
        self.even_until <= now
    }

    /// The time left of it at `now`.
    pub(super) const fn left(&self, now: u64) -> u64 {
        self.until.saturating_sub(now)
    }

    /// When a call may begin that would begin at `at` without the hold, with so many permits ahead of it.
    pub(super) fn not_before(&self, at: u64, ahead: u64, rate: Option<Rate>) -> u64 {
        if at >= self.even_until {
            return at;
        }
        let even = match rate {
            Some(rate) => self.next.max(self.until).saturating_add(rate.time_of(ahead)).min(self.even_until),
            None => self.until,
        };
        at.max(even)
    }

    /// Takes permits at `now`.
    pub(super) fn take(&mut self, now: u64, permits: u64, rate: Option<Rate>) {
        if self.is_over(now) {
            self.end();
        } else if let Some(rate) = rate {
            self.next = self.next.max(now).saturating_add(rate.time_of(permits));
        }
    }
}
