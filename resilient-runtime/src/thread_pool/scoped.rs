//! A job of a test's scope: it runs in the scope of its caller, and the scope's clock does not move by itself while it
//! does.

use std::sync::Arc;

use crate::core::scope::clock::{JobNumber, JobState};
use crate::core::scope::{self, Scope};

/// The scope of a job, if its caller has one.
#[derive(Clone)]
pub(super) struct InScope(Option<Arc<Job>>);

struct Job {
    scope: Arc<Scope>,
    number: JobNumber,
}

impl InScope {
    /// That of this thread.
    pub(super) fn here() -> Self {
        Self(scope::current().map(|scope| Arc::new(Job { number: scope.clock().add_job(), scope })))
    }

    pub(super) fn run<R>(self, job: impl FnOnce() -> R) -> R {
        let Some(own) = self.0 else { return job() };
        let _entered = scope::enter(&own.scope);
        own.number.run(job)
    }

    fn set(&self, state: JobState) {
        if let Some(job) = &self.0 {
            job.scope.clock().set_job(job.number, state);
        }
    }

    /// It runs from now on, or is about to.
    pub(super) fn is_seated(&self) {
        self.set(JobState::Runs);
    }

    /// Its caller waits no more.
    pub(super) fn end_wait(self) {
        self.set(JobState::Left);
    }

    /// Its result is there.
    pub(super) fn publish(self) {
        drop(self.0);
    }

    pub(super) fn take(&mut self) -> Self {
        Self(self.0.take())
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        self.scope.clock().remove_job(self.number);
    }
}
