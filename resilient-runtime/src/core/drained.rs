//! What a shutdown waits for, and what it leaves.

use std::pin::Pin;
use std::time::{Duration, Instant};

use crate::core::clock;

/// The calls that a bulkhead had when it was shut down. From [`Bulkhead::shutdown`](crate::Bulkhead::shutdown),
/// [`ThreadBulkhead::shutdown`](crate::ThreadBulkhead::shutdown) and
/// [`Registry::shutdown_all`](crate::Registry::shutdown_all).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Drained {
    /// Those that ended during the wait, also by an error or a panic.
    pub finished: usize,
    /// Those that had not ended by its end. They go on, and their callers get their results.
    pub left: usize,
}

impl Drained {
    pub(crate) const fn and(self, other: Self) -> Self {
        Self { finished: self.finished + other.finished, left: self.left + other.left }
    }
}

/// The calls of a bulkhead at one moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Calls {
    pub(crate) ended: u64,
    /// Those in flight, and those that wait.
    pub(crate) left: usize,
}

/// A bulkhead that can be shut down.
pub(crate) trait Drains: Send + Sync {
    /// Admits nothing from now on. Returns the calls before that.
    fn close(&self) -> Calls;

    /// Those of now.
    fn calls(&self) -> Calls;

    /// Blocks this thread until no calls are left.
    fn wait_until(&self, deadline: Option<Instant>);

    /// Ready when no calls are left.
    fn wait(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;

    /// What became of the calls that there were.
    fn drained_since(&self, before: Calls) -> Drained {
        let Calls { ended, left } = self.calls();
        Drained { finished: usize::try_from(ended.saturating_sub(before.ended)).unwrap_or(usize::MAX), left }
    }

    /// Admits nothing from now on, and blocks this thread until no calls are left, at most for so long.
    fn shut_down(&self, wait: Duration) -> Drained {
        let before = self.close();
        self.wait_until(clock::thread_now().checked_add(wait));
        self.drained_since(before)
    }
}
