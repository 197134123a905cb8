//! The sync limits whose bodies run on this thread.

use std::cell::Cell;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use tokio::task::{self, Id};

use crate::core::check::nanos;
use crate::core::clock;
use crate::core::error::Error;
use crate::deadline::limit::{TimeLimit, callee_failed};

thread_local! {
    /// The sync limit that ends first of those whose body runs on this thread, and the task that it was set in: a body
    /// that drives a runtime also polls other tasks on this thread, to which the limit does not apply.
    static CALLED: Cell<Option<(SyncLimit, Option<Id>)>> = const { Cell::new(None) };
}

/// A sync limit and its deadline in real time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SyncLimit {
    pub(crate) limit: TimeLimit,
    pub(crate) at: Instant,
    /// Whether it was given, and is enforced by no timeout.
    pub(crate) is_given: bool,
    /// Which attempt of a retry it limits.
    pub(crate) attempt: Option<NonZeroU32>,
    /// Whether the timeout that enforces it is around this code, and notifies listeners of its end itself.
    pub(crate) is_reported_above: bool,
}

impl SyncLimit {
    pub(crate) fn is_over(&self) -> bool {
        self.left().is_zero()
    }

    pub(crate) fn left(&self) -> Duration {
        self.at.saturating_duration_since(clock::thread_now())
    }

    /// The refusal of a call that it has ended, of which listeners are notified once.
    pub(crate) fn ends_call(&self) -> Error {
        if self.is_reported_above { self.limit.exceeded() } else { self.limit.ends_call(self.attempt) }
    }

    /// Whether a call that was admitted at `since` and has not ended at this deadline counts as a failure of the
    /// callee.
    pub(crate) fn fails(&self, since: Instant) -> bool {
        callee_failed(nanos(self.at.saturating_duration_since(since)), self.limit.nanos())
    }

    /// Sets the limit for the current task, until the result is dropped.
    pub(crate) fn set(self) -> RestoreCalled {
        let inside = Self { is_reported_above: self.is_reported_above || !self.is_given, ..self };
        RestoreCalled(CALLED.replace(Some((inside, task::try_id()))))
    }
}

/// Restores the outer limit, also when the body panics.
pub(crate) struct RestoreCalled(Option<(SyncLimit, Option<Id>)>);

impl Drop for RestoreCalled {
    fn drop(&mut self) {
        CALLED.set(self.0);
    }
}

/// Whether there is a sync limit around, perhaps that of another task.
#[inline]
pub(crate) fn has_sync_limit() -> bool {
    CALLED.with(|called| called.get().is_some())
}

/// The sync limit around the current task, if there is one.
pub(crate) fn sync_limit() -> Option<SyncLimit> {
    CALLED.get().filter(|(_, task)| *task == task::try_id()).map(|(called, _)| called)
}
