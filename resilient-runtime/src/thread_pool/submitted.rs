//! A job that was submitted, as its caller has it.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use crate::thread_pool::pool::{Entered, Pool, Queued};
use crate::thread_pool::spare;
use crate::thread_pool::task::{Job, Left, Run, Task};

/// A job that was submitted. Dropping it takes the job out of the queue if it has not begun; one that has begun runs on
/// to its end, and its result is dropped.
#[must_use = "a job whose caller leaves at once may never begin"]
pub(crate) struct Submitted<'a, T, F>
where
    T: Send + 'static,
    F: FnOnce() -> T + Send + 'static,
{
    pool: &'a Pool,
    /// `None` once the caller has the result, or has left.
    task: Option<Arc<Task<F, T>>>,
    /// Where it waits for a place.
    queued: Option<Queued>,
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
        let queued = match self.enter(Arc::clone(&task) as Arc<dyn Run>) {
            Entered::Seated => None,
            Entered::Queued(queued) => Some(queued),
            Entered::Refused => {
                let left = task.leave();
                spare::keep(task);
                drop(left);
                return None;
            }
        };
        Some(Submitted { pool: self, task: Some(task), queued })
    }

    /// Runs `job` on a thread of this pool. `None` if it has not ended by `deadline`; a job that has not begun by then is
    /// dropped without running.
    pub(crate) fn run_until<T, F>(&self, deadline: Instant, job: F) -> Option<T>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        match self.submit(job)?.wait_until(Some(deadline)) {
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
    /// Blocks this thread until the job has ended, or until the deadline.
    pub(crate) fn wait_until(mut self, deadline: Option<Instant>) -> Waited<T> {
        if let Some(task) = &self.task {
            task.wait_until(deadline, || self.pool.provide_threads());
        }
        self.leave()
    }

    /// Waits no more for the job.
    fn leave(&mut self) -> Waited<T> {
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
