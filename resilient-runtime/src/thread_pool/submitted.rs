//! A job that was submitted, as its caller has it.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::thread;
use std::time::Instant;

use crate::core::waiting::Caller;
use crate::thread_pool::pool::{Entered, Pool, Queued};
use crate::thread_pool::spare;
use crate::thread_pool::task::{Job, Left, Run, Task};

/// A job that was submitted. Dropping it takes the job out of the queue if it has not begun; one that has begun runs on
/// to its end, and its result is dropped.
#[must_use = "a job whose caller leaves at once may never begin"]
pub struct Submitted<'a, T, F>
where
    T: Send + 'static,
    F: FnOnce() -> T + Send + 'static,
{
    pool: &'a Pool,
    /// `None` once the caller has the result, or has left.
    task: Option<Arc<Task<F, T>>>,
    /// Where it waits for a place.
    queued: Option<Queued>,
    /// The system gave no thread for it.
    is_starved: bool,
}

/// What a caller has that waits no more.
pub(crate) enum Waited<T> {
    Ended(thread::Result<T>),
    /// It still runs, unseen.
    Runs,
    /// It had not begun, and now never will.
    NotBegun,
}

impl Pool {
    /// Submits a job, which runs in the tokio runtime of its caller. `None` if there is no room for it; then it is
    /// dropped.
    pub(crate) fn submit<T, F>(&self, job: F) -> Option<Submitted<'_, T, F>>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let task: Arc<Task<F, T>> = spare::take_or_make(Job::new(job));
        let (queued, is_starved) = match self.enter(Arc::clone(&task) as Arc<dyn Run>) {
            Entered::Seated => (None, false),
            Entered::Starved => (None, true),
            Entered::Queued(queued) => (Some(queued), false),
            Entered::Refused => {
                let left = task.leave();
                spare::keep(task);
                drop(left);
                return None;
            }
        };
        Some(Submitted { pool: self, task: Some(task), queued, is_starved })
    }

    /// Runs `job` on a thread of this pool. `None` if it has not ended by `deadline`; a job that has not begun by then is
    /// dropped without running.
    pub(crate) fn run_until<T, F>(&self, deadline: Instant, job: F) -> Option<T>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let _caller = Caller::begins();
        match self.submit(job)?.wait_until(Some(deadline), None) {
            Waited::Ended(Ok(value)) => Some(value),
            Waited::Ended(Err(panic)) => resume_unwind(panic),
            Waited::Runs | Waited::NotBegun => None,
        }
    }
}

impl<T, F> Submitted<'_, T, F>
where
    T: Send + 'static,
    F: FnOnce() -> T + Send + 'static,
{
    /// Blocks this thread until the job has ended, or until the deadline, but not beyond `begin_by` if the job has not
    /// begun by then.
    pub(crate) fn wait_until(mut self, deadline: Option<Instant>, begin_by: Option<Instant>) -> Waited<T> {
        if let Some(task) = &self.task {
            task.wait_until(deadline, begin_by, || self.pool.provide_threads());
        }
        self.leave()
    }

    /// Whether it had to wait when it was submitted: for a place, or for a thread that the system did not give.
    pub(crate) const fn had_to_wait(&self) -> bool {
        self.queued.is_some() || self.is_starved
    }

    /// Tries again to start a thread that could not be started before.
    pub(crate) fn provide_threads(&self) {
        self.pool.provide_threads();
    }

    /// Ready with the result. Not polled after that.
    pub(crate) fn poll(&mut self, context: &Context<'_>) -> Poll<thread::Result<T>> {
        let Some(task) = &self.task else { return Poll::Pending };
        let polled = task.poll(context);
        if polled.is_ready() {
            self.task.take().into_iter().for_each(spare::keep);
        }
        polled
    }

    /// Whether a thread has taken the job.
    pub(crate) fn has_begun(&self) -> bool {
        self.task.as_ref().is_none_or(|task| task.has_begun())
    }

    /// Waits no more for the job.
    pub(crate) fn leave(&mut self) -> Waited<T> {
        let Some(task) = self.task.take() else { return Waited::Runs };
        match task.leave() {
            Left::Ended(result) => {
                spare::keep(task);
                Waited::Ended(result)
            }
            Left::Leaving(result) => Waited::Ended(result),
            Left::Runs => Waited::Runs,
            Left::NotBegun(job) => {
                if self.pool.withdraw(self.queued, &*task) {
                    spare::keep(task);
                }
                // Last, because dropping the user's closure may panic.
                drop(job);
                Waited::NotBegun
            }
        }
    }
}

impl<T, F> Drop for Submitted<'_, T, F>
where
    T: Send + 'static,
    F: FnOnce() -> T + Send + 'static,
{
    fn drop(&mut self) {
        drop(self.leave());
    }
}
