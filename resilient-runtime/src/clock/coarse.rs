//! The clock that a Linux kernel moves on with its ticks, cheap to read.

use std::time::Instant;

/// A reading of the standard library's clock between two of the kernel's.
pub(super) struct Aligned {
    pub(super) instant: Instant,
    /// The kernel's nanoseconds right after it: taken for those of `instant` itself, they make coarse readings a little
    /// too small, never too large.
    pub(super) until: u64,
    pub(super) width: u64,
}

#[cfg(target_os = "linux")]
mod ticks {
    use std::time::Instant;

    use nix::time::{ClockId, clock_gettime};

    use super::Aligned;
    use crate::clock::zero::Zero;

    #[inline]
    fn reading(clock: ClockId) -> u64 {
        let now = clock_gettime(clock).expect("every kernel has this clock");
        // Neither is ever negative for a monotonic clock.
        let (secs, nanos) = (now.tv_sec().cast_unsigned(), now.tv_nsec().cast_unsigned());
        secs.wrapping_mul(1_000_000_000).wrapping_add(nanos)
    }

    #[inline]
    pub(crate) fn nanos(zero: &Zero) -> u64 {
        reading(ClockId::CLOCK_MONOTONIC_COARSE).wrapping_add(zero.coarse)
    }

    /// Both clocks are of one kernel scale, which the standard library reads but does not show.
    pub(crate) fn aligned() -> Aligned {
        let (from, instant, until) =
            (reading(ClockId::CLOCK_MONOTONIC), Instant::now(), reading(ClockId::CLOCK_MONOTONIC));
        Aligned { instant, until, width: until.wrapping_sub(from) }
    }
}

/// Other systems have none that is cheaper.
#[cfg(not(target_os = "linux"))]
mod ticks {
    use std::time::Instant;

    use super::Aligned;
    use crate::clock::zero::Zero;

    pub(crate) fn nanos(zero: &Zero) -> u64 {
        zero.nanos(Instant::now())
    }

    pub(crate) fn aligned() -> Aligned {
        Aligned { instant: Instant::now(), until: 0, width: 0 }
    }
}

pub(super) use ticks::{aligned, nanos};
