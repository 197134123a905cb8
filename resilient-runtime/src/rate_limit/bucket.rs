//! A token bucket as GCRA (the generic cell rate algorithm of ATM's traffic management): `permits` per `per` on average,
//! at most `burst` at once after a pause.
//!
//! One number is kept: the theoretical arrival time, at which the bucket is full again. A permit that is taken moves it
//! on by the time in which one is added.

use std::num::NonZeroU64;

use crate::rate_limit::hold::Rate;

/// What a bucket adds, and how much it holds. It counts in nanoseconds times `permits`: so one permit is added in exactly
/// `per`, without a rounding error that would add up. The two have no common divisor, so for most limits, such as 80 in a
/// minute or 300 in a second, these are nanoseconds or a few of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bucket {
    permits: NonZeroU64,
    per: u64,
    burst: u64,
}

impl Bucket {
    pub(super) fn new(permits: u32, per: u64, burst: u32) -> Self {
        let divisor = common_divisor(permits.into(), per);
        let permits = NonZeroU64::new(u64::from(permits) / divisor).unwrap_or(NonZeroU64::MIN);
        Self { permits, per: per / divisor, burst: burst.into() }
    }

    /// A moment, as it counts.
    #[inline]
    pub(super) fn scaled(&self, at: u64) -> u128 {
        u128::from(at) * u128::from(self.permits.get())
    }

    /// The rate at which permits are added.
    pub(super) const fn rate(&self, span: u64) -> Rate {
        Rate { permits: self.permits.get(), per: self.per, span }
    }

    #[inline]
    fn time_of(&self, permits: u64) -> u128 {
        u128::from(permits) * u128::from(self.per)
    }

    /// The permits that are free at `now`.
    pub(super) fn free(&self, full_at: u128, now: u64) -> u64 {
        let missing = full_at.saturating_sub(self.scaled(now)).div_ceil(u128::from(self.per));
        self.burst.saturating_sub(u64::try_from(missing).unwrap_or(u64::MAX))
    }

    /// The permits that are missing at `now`, a part of one counted as one.
    #[cfg(feature = "config")]
    pub(super) fn lacking(&self, full_at: u128, now: u64) -> u64 {
        let missing = full_at.saturating_sub(self.scaled(now)).div_ceil(u128::from(self.per));
        u64::try_from(missing).unwrap_or(u64::MAX)
    }

    /// When it is full again if so many permits are missing at `now`, which may be more than there can be.
    #[cfg(feature = "config")]
    pub(super) fn lacking_of(&self, now: u64, permits: u64) -> u128 {
        self.scaled(now) + self.time_of(permits)
    }

    /// Whether all permits are free at `now`.
    pub(super) fn is_full(&self, full_at: u128, now: u64) -> bool {
        self.free(full_at, now) == self.burst
    }

    /// When the `n`-th permit from now on is free, counted from 1, if all before it are taken as soon as they can be.
    pub(super) fn free_at(&self, full_at: u128, now: u64, n: u64) -> u64 {
        match self.take(full_at, now, n) {
            Ok(_) => now,
            Err(wait) => now.saturating_add(wait),
        }
    }

    /// Takes permits: returns when it is full again after that.
    ///
    /// # Errors
    ///
    /// How long they would have to be waited for.
    #[inline]
    pub(super) fn take(&self, full_at: u128, now: u64, permits: u64) -> Result<u128, u64> {
        let scaled = self.scaled(now);
        let after = full_at.max(scaled) + self.time_of(permits);
        let latest = scaled + self.time_of(self.burst);
        if after <= latest { Ok(after) } else { Err(self.nanos(after - latest)) }
    }

    /// As [`take`](Self::take) in 64 bits. `None` if that is not enough, or the permits are not free.
    #[inline]
    pub(super) fn take_narrow(&self, full_at: u64, now: u64, permits: u64) -> Option<u64> {
        let scaled = now.checked_mul(self.permits.get())?;
        let after = full_at.max(scaled).checked_add(permits.checked_mul(self.per)?)?;
        if after - scaled <= self.burst.checked_mul(self.per)? { Some(after) } else { None }
    }

    /// Takes permits that are free at `now`.
    pub(super) fn taken(&self, full_at: u128, now: u64, permits: u64) -> u128 {
        full_at.max(self.scaled(now)) + self.time_of(permits)
    }

    /// A division of 64 bits does for nearly all waits.
    fn nanos(&self, wait: u128) -> u64 {
        match u64::try_from(wait) {
            Ok(wait) => wait.div_ceil(self.permits.get()),
            Err(_) => u64::try_from(wait.div_ceil(u128::from(self.permits.get()))).unwrap_or(u64::MAX),
        }
    }
}

const fn common_divisor(mut a: u64, mut b: u64) -> u64 {
    while b > 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(all(test, not(resilient_loom)))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_size() -> impl Strategy<Value = u64> {
        (any::<u64>(), 0_u32..64).prop_map(|(number, bits)| number >> bits)
    }

    proptest! {
        #[test]
        fn what_64_bits_are_enough_for_is_as_with_more(
            permits in 1..=u32::MAX,
            per in any_size(),
            burst in 1..=u32::MAX,
            full_at in any_size(),
            now in any_size(),
            cost in any_size(),
        ) {
            let bucket = Bucket::new(permits, per.max(1), burst);
            let wide = bucket.take(full_at.into(), now, cost.max(1));
            match bucket.take_narrow(full_at, now, cost.max(1)) {
                Some(after) => prop_assert_eq!(wide, Ok(after.into())),
                None => prop_assert!(wide.is_err() || wide.unwrap_or_default() > u128::from(u64::MAX)
                    || bucket.time_of(bucket.burst) > u128::from(u64::MAX)),
            }
        }
    }
}
