//! A token bucket as GCRA (the generic cell rate algorithm of ATM's traffic management): `permits` per `per` on average,
//! at most `burst` at once after a pause.
//!
//! One number is kept: the theoretical arrival time, at which the bucket is full again. A permit that is taken moves it
//! on by the time in which one is added.

/// A bucket, whose moments are in nanoseconds times `permits`: so one permit is added in exactly `per`, without a
/// rounding error that would add up.
#[derive(Debug)]
pub(super) struct Bucket {
    permits: u64,
    per: u64,
    burst: u64,
    /// When it is full again.
    full_at: u128,
}

impl Bucket {
    pub(super) const fn new(permits: u32, per: u64, burst: u32) -> Self {
        Self { permits: permits as u64, per, burst: burst as u64, full_at: 0 }
    }

    const fn scaled(&self, now: u64) -> u128 {
        now as u128 * self.permits as u128
    }

    /// The permits that are free at `now`.
    pub(super) fn free(&self, now: u64) -> u64 {
        let missing = self.full_at.saturating_sub(self.scaled(now)).div_ceil(u128::from(self.per));
        self.burst.saturating_sub(u64::try_from(missing).unwrap_or(u64::MAX))
    }

    /// Whether all permits are free at `now`.
    pub(super) fn is_full(&self, now: u64) -> bool {
        self.free(now) == self.burst
    }

    /// When the `n`-th permit from now on is free, counted from 1, if all before it are taken as soon as they can be.
    pub(super) fn free_at(&self, now: u64, n: u64) -> u64 {
        let scaled = self.scaled(now);
        let needed = self.full_at.max(scaled) + u128::from(n) * u128::from(self.per);
        let wait = needed.saturating_sub(scaled + u128::from(self.burst) * u128::from(self.per));
        // Calls that need not wait divide nothing, and a division of 64 bits does for nearly all that must.
        let wait = match u64::try_from(wait) {
            Ok(0) => return now,
            Ok(wait) => wait.div_ceil(self.permits),
            Err(_) => u64::try_from(wait.div_ceil(u128::from(self.permits))).unwrap_or(u64::MAX),
        };
        now.saturating_add(wait)
    }

    /// Takes permits that are free at `now`.
    pub(super) fn take(&mut self, now: u64, permits: u64) {
        self.full_at = self.full_at.max(self.scaled(now)) + u128::from(permits) * u128::from(self.per);
    }
}
