//! The clock that a Linux kernel moves on with its ticks, cheap to read.

#[cfg(target_os = "linux")]
mod ticks {
    use coarsetime::{Duration, Instant};

    #[inline]
    fn reading() -> Duration {
        // Without the update: it writes to a word that all threads share.
        Instant::now_without_cache_update().duration_since(Instant::from_ticks(0))
    }

    #[inline]
    pub(crate) fn millis() -> u64 {
        reading().as_millis()
    }

    #[inline]
    pub(crate) fn nanos() -> u64 {
        reading().as_nanos()
    }
}

/// Other systems have none that is cheaper.
#[cfg(not(target_os = "linux"))]
mod ticks {
    use crate::clock::Grain;

    pub(crate) fn millis() -> u64 {
        Grain::Fine.millis()
    }

    pub(crate) fn nanos() -> u64 {
        Grain::Fine.nanos()
    }
}

pub(super) use ticks::{millis, nanos};
