//! Readings of a Linux kernel's clocks: the exact one, which the standard library reads as well, and the coarse one,
//! which the kernel updates at its ticks.

use std::time::Instant;

/// A reading of the standard library's clock, and the kernel's nanoseconds just before and just after it.
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

    #[inline]
    fn reading(clock: ClockId) -> u64 {
        let now = clock_gettime(clock).expect("every kernel has this clock");
        unsigned(now.tv_sec()).wrapping_mul(1_000_000_000).wrapping_add(unsigned(now.tv_nsec()))
    }

    /// Of a part of the time, which has 32 bits on some systems. None is ever negative for a monotonic clock.
    fn unsigned(part: impl Into<i64>) -> u64 {
        part.into().cast_unsigned()
    }

    #[inline]
    pub(crate) fn fine() -> u64 {
        reading(ClockId::CLOCK_MONOTONIC)
    }

    #[inline]
    pub(crate) fn coarse() -> u64 {
        reading(ClockId::CLOCK_MONOTONIC_COARSE)
    }

    /// Both clocks are on one scale of the kernel, which an `Instant` does not reveal.
    pub(crate) fn aligned() -> Aligned {
        let (from, instant, until) = (fine(), Instant::now(), fine());
        Aligned { instant, from, until }
    }
}

/// On other systems only the standard library's clock is read.
#[cfg(not(target_os = "linux"))]
mod readings {
    use std::time::Instant;

    use super::Aligned;

    pub(crate) fn aligned() -> Aligned {
        Aligned { instant: Instant::now(), from: 0, until: 0 }
    }
}

pub(super) use readings::aligned;
#[cfg(target_os = "linux")]
pub(super) use readings::{coarse, fine};
