//! The clocks of a Linux kernel: the one that the standard library reads, and the one that moves on with the kernel's
//! ticks, which is cheap to read.

use std::time::Instant;

use super::zero::Zero;

/// A reading of the standard library's clock, and the kernel's nanoseconds just before and just after it. Taken for those of
/// `instant` itself, `from` makes other readings a little too large, and `until` a little too small.
pub(super) struct Aligned {
    pub(super) instant: Instant,
    pub(super) from: u64,
    pub(super) until: u64,
}

#[cfg(target_os = "linux")]
mod readings {
    use std::time::Instant;

    use nix::time::{ClockId, clock_gettime};

    use super::Aligned;
    use crate::core::clock::zero::Zero;

    #[inline]
    fn reading(clock: ClockId) -> u64 {
        let now = clock_gettime(clock).expect("every kernel has this clock");
        // Neither is ever negative for a monotonic clock.
        let (secs, nanos) = (now.tv_sec().cast_unsigned(), now.tv_nsec().cast_unsigned());
        secs.wrapping_mul(1_000_000_000).wrapping_add(nanos)
    }

    /// The standard library's clock, without the way through an `Instant` and back.
    #[inline]
    pub(crate) fn fine() -> u64 {
        reading(ClockId::CLOCK_MONOTONIC).wrapping_add(Zero::get().fine)
    }

    #[inline]
    pub(crate) fn raw() -> u64 {
        reading(ClockId::CLOCK_MONOTONIC_COARSE)
    }

    /// Both clocks are of one kernel scale, which the standard library reads but does not show.
    pub(crate) fn aligned() -> Aligned {
        let (from, instant, until) =
            (reading(ClockId::CLOCK_MONOTONIC), Instant::now(), reading(ClockId::CLOCK_MONOTONIC));
        Aligned { instant, from, until }
    }
}

/// Other systems have none that is cheaper.
#[cfg(not(target_os = "linux"))]
mod readings {
    use std::time::Instant;

    use super::Aligned;
    use crate::core::clock::zero::Zero;

    pub(crate) fn fine() -> u64 {
        Zero::get().nanos(Instant::now())
    }

    pub(crate) fn raw() -> u64 {
        fine().wrapping_sub(Zero::get().coarse)
    }

    pub(crate) fn aligned() -> Aligned {
        Aligned { instant: Instant::now(), from: 0, until: 0 }
    }
}

/// `fine` is a reading on the one scale; `raw` is one of the coarse clock on the kernel's.
pub(super) use readings::{aligned, fine, raw};

/// A raw reading on the one scale, also one from before the first reading of that.
#[inline]
pub(super) fn on_scale(raw: u64) -> u64 {
    raw.wrapping_add(Zero::get().coarse)
}
