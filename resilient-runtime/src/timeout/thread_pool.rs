//! Helper threads for sync calls with a time limit: bounded, reused, and free of allocations once warm.
//!
//! A job and the place for its result live in a [`Task`]. Tasks are kept for reuse by the type of their job, so that a
//! function that is called again finds one that fits.

mod places;
mod pool;
mod spare;
mod task;

use std::panic::resume_unwind;
use std::sync::Arc;
use std::time::Instant;

use pool::Pool;
use task::{Job, Run, Task, Waited};

static POOL: Pool = Pool::new(pool::PLACES, pool::spawn_thread);

/// Runs `job` on a helper thread. `None` if it had not ended by `deadline`; if it had not begun, it never will.
///
/// The job sees the tokio runtime of its caller; its deadline is set by whoever gives it.
pub(crate) fn run_until<T, F>(deadline: Instant, job: F) -> Option<T>
where
    T: Send + 'static,
    F: FnOnce() -> T + Send + 'static,
{
    POOL.run_until(deadline, job)
}

impl Pool {
    fn run_until<T, F>(&'static self, deadline: Instant, job: F) -> Option<T>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let task: Arc<Task<F, T>> = spare::take_or_make(Job::new(job));
        let queued = self.submit(Arc::clone(&task) as Arc<dyn Run>);
        match task.wait_until(deadline, || self.provide_threads()) {
            Waited::Ended(Ok(value)) => {
                spare::keep(task);
                Some(value)
            }
            Waited::Ended(Err(panic)) => resume_unwind(panic),
            Waited::Runs => None,
            Waited::NotBegun(job) => {
                if self.withdraw(queued, &*task) {
                    spare::keep(task);
                }
                // Last, because what the caller gave may panic when it is dropped.
                drop(job);
                None
            }
        }
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests;
