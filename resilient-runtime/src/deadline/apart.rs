//! A job below a limit, on another thread than the caller that waits for it.

use std::sync::Arc;

use crate::core::error::{Error, Failure, Refusal};
use crate::deadline::current::SyncLimit;
use crate::deadline::dropped;
use crate::deadline::open_calls::{self, OpenCalls};

/// What a job returns that may be refused.
pub(crate) trait MayBeRefused {
    /// The refusal, if it was refused.
    fn refusal(&self) -> Option<&Error>;
}

impl<T, E, R: Refusal> MayBeRefused for Result<T, Failure<E, R>> {
    fn refusal(&self) -> Option<&Error> {
        match self {
            Err(Failure::Refused(refusal)) => Some(refusal.as_error()),
            _ => None,
        }
    }
}

/// A job that runs below a limit on another thread, as its caller sees it.
pub(crate) struct Apart {
    limit: SyncLimit,
    /// Those of the job. They are reported as failures if the caller leaves at the deadline.
    calls: Arc<OpenCalls>,
}

impl Apart {
    pub(crate) fn new(limit: SyncLimit) -> Self {
        Self { limit, calls: OpenCalls::open() }
    }

    /// A job that counts as being in a wait of this library until it begins.
    pub(crate) fn in_a_queue(limit: SyncLimit) -> Self {
        let apart = Self::new(limit);
        apart.calls.set_in_a_wait(true);
        apart
    }

    /// What the other thread runs. `None` if it begins after the deadline: then the job is dropped without running.
    pub(crate) fn job<T, F: FnOnce() -> T>(&self, job: F) -> impl FnOnce() -> Option<T> + use<T, F> {
        let (limit, calls) = (self.limit, Arc::clone(&self.calls));
        move || {
            (!limit.is_over()).then(|| {
                calls.set_in_a_wait(false);
                open_calls::with(calls, || limit.run(job))
            })
        }
    }

    /// Waits for the job by `wait`, which gives `Ok(None)` if the job had not ended by the deadline.
    ///
    /// # Errors
    ///
    /// That of `wait`, or that the time is over.
    pub(crate) fn wait<T: MayBeRefused>(self, wait: impl FnOnce() -> Result<Option<T>, Error>) -> Result<T, Error> {
        let Self { limit, calls } = self;
        let ended = open_calls::waiting_for(&calls, || {
            let ended = wait();
            // The job may have returned because a wait in it ended at the deadline.
            if (matches!(ended, Ok(None)) || limit.is_over()) && calls.settle(&limit) {
                open_calls::a_wait_ended();
            }
            ended
        });
        let value = ended?.ok_or_else(|| limit.ends_call())?;
        calls.close();
        // What the limit ended on the other thread was not reported there.
        if value.refusal().is_some_and(|refusal| limit.limit.caused(refusal)) {
            return Err(limit.ends_call());
        }
        Ok(value)
    }

    /// What a future returns whose wait for the job is over.
    ///
    /// # Errors
    ///
    /// As [`wait`](Self::wait).
    pub(crate) fn waited<T: MayBeRefused>(self, ended: Result<Option<T>, Error>) -> Result<T, Error> {
        self.wait(|| ended)
    }

    fn settle(&self) {
        if self.calls.settle(&self.limit) {
            open_calls::a_wait_ended();
        }
    }
}

/// Held by a future while it waits for a job: if a timeout drops the future, the calls that are open in the job count as
/// at the deadline of a sync one.
pub(crate) struct Awaits<'a>(pub(crate) &'a Apart);

impl Drop for Awaits<'_> {
    fn drop(&mut self) {
        if dropped::is_by_limit() {
            self.0.settle();
        }
    }
}
