//! The scale of nanoseconds: its zero, and the conversion of the kernel's readings to it.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use crate::core::clock::kernel;

/// The first reading of the process, in nanoseconds. Not zero, because a paused clock may have begun earlier.
const FIRST: u64 = (1 << 36) * NANOS_PER_MILLI;
/// No paused clock is expected to begin before this, 50 days earlier.
pub(super) const EARLIEST: u64 = FIRST - (1 << 32) * NANOS_PER_MILLI;
pub(super) const NANOS_PER_MILLI: u64 = 1_000_000;

/// The first reading of the process by the standard library's clock, and the offsets of the kernel's clocks.
#[derive(Debug)]
pub(super) struct Zero {
    instant: Instant,
    /// Added (wrapping) to a fine reading of the kernel. Taken from a reading before `instant`, so the sum is never too
    /// small.
    #[cfg(target_os = "linux")]
    fine: u64,
    /// Added (wrapping) to a coarse reading. Taken from a reading after `instant`, so the sum is never too large.
    coarse: u64,
}

impl Zero {
    #[inline]
    pub(super) fn get() -> &'static Self {
        static ZERO: OnceLock<Zero> = OnceLock::new();
        match ZERO.get() {
            Some(zero) => zero,
            None => Self::first(&ZERO),
        }
    }

    #[cold]
    #[inline(never)]
    fn first(zero: &'static OnceLock<Self>) -> &'static Self {
        zero.get_or_init(Self::read)
    }

    /// Uses the narrowest of a few tries, because the thread may be preempted between two readings.
    fn read() -> Self {
        let tries = (0..4).map(|_| kernel::aligned());
        let best = tries.min_by_key(|aligned| aligned.until - aligned.from).unwrap_or_else(kernel::aligned);
        Self {
            instant: best.instant,
            #[cfg(target_os = "linux")]
            fine: FIRST.wrapping_sub(best.from),
            coarse: FIRST.wrapping_sub(best.until),
        }
    }

    #[inline]
    pub(super) fn nanos(&self, now: Instant) -> u64 {
        match now.checked_duration_since(self.instant) {
            Some(later) => FIRST.saturating_add(nanos(later)),
            None => FIRST.saturating_sub(nanos(self.instant.duration_since(now))),
        }
    }

    pub(super) fn instant(&self, at: u64) -> Instant {
        match at.checked_sub(FIRST) {
            Some(later) => self.instant + Duration::from_nanos(later),
            None => self.instant.checked_sub(Duration::from_nanos(FIRST - at)).unwrap_or(self.instant),
        }
    }
}

/// The standard library's clock, read without an `Instant`.
#[cfg(target_os = "linux")]
#[inline]
pub(super) fn fine() -> u64 {
    kernel::fine().wrapping_add(Zero::get().fine)
}

#[cfg(not(target_os = "linux"))]
pub(super) fn fine() -> u64 {
    Zero::get().nanos(Instant::now())
}

/// A reading of the coarse clock, not yet on the scale. Other systems have no cheaper clock, and use the fine one.
#[cfg(target_os = "linux")]
#[inline]
pub(super) fn raw() -> u64 {
    kernel::coarse()
}

#[cfg(not(target_os = "linux"))]
pub(super) fn raw() -> u64 {
    fine().wrapping_sub(Zero::get().coarse)
}

/// Converts a raw reading to the scale, also one from before the first reading of the process.
#[inline]
pub(super) fn on_scale(raw: u64) -> u64 {
    raw.wrapping_add(Zero::get().coarse)
}

/// The nanoseconds of a span of less than five hundred years.
#[inline]
fn nanos(span: Duration) -> u64 {
    span.as_secs().wrapping_mul(1_000_000_000).wrapping_add(u64::from(span.subsec_nanos()))
}
