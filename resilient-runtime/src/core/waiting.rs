//! A thread that waits on a condition variable, and one that has jobs on other threads.

use std::time::{Duration, Instant};

use crate::core::clock;
#[cfg(feature = "testing")]
use crate::core::scope;

/// A wait for a change, which ends at a moment of [`thread_now`](clock::thread_now) at the latest. In the scope of a test
/// it may move the clock there, as long as it lives.
pub(crate) struct Waiting {
    until: Option<Instant>,
    #[cfg(feature = "testing")]
    in_scope: Option<scope::clock::Wait>,
}

impl Waiting {
    pub(crate) fn until(until: Option<Instant>) -> Self {
        #[cfg(feature = "testing")]
        let in_scope = scope::current().map(|scope| scope.block(until.map(clock::real_instant)));
        Self {
            until,
            #[cfg(feature = "testing")]
            in_scope,
        }
    }

    /// How long to wait before this is asked again. Zero if the time is over, `None` if there is no end.
    pub(crate) fn longest(&self) -> Option<Duration> {
        #[cfg(feature = "testing")]
        if let Some(wait) = &self.in_scope {
            return Some(if wait.is_over() { Duration::ZERO } else { scope::clock::LOOK_EVERY });
        }
        self.until.map(|until| until.saturating_duration_since(clock::thread_now()))
    }
}

/// While it lives, this thread has jobs on other threads. In the scope of a test the clock then moves only while it waits.
pub(crate) struct Caller {
    #[cfg(feature = "testing")]
    _in_scope: Option<scope::clock::Caller>,
}

impl Caller {
    #[inline]
    pub(crate) fn begins() -> Self {
        Self {
            #[cfg(feature = "testing")]
            _in_scope: scope::current().and_then(scope::clock::Caller::begins),
        }
    }
}

impl std::fmt::Debug for Caller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Caller").finish_non_exhaustive()
    }
}
