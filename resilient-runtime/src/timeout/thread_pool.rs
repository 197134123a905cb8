//! Helper threads for sync calls with a time limit. They are bounded and reused; a call allocates nothing once a task
//! is kept.
//!
//! A [`Task`] holds a job and then its result. Tasks are kept by the type of their job, so that the next call of a
//! function reuses one.

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

/// Runs `job` on a helper thread, in the tokio runtime of its caller. `None` if it has not ended by `deadline`; a job
/// that has not begun by then is dropped without running.
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
                // Last, because dropping the user's closure may panic.
                drop(job);
                None
            }
        }
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests;
