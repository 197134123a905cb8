//! One job, then its result, and the caller that waits for it.

use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::Handle;

use crate::core::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use crate::thread_pool::within::{Within, Withins};

/// What a thread of a pool runs.
pub(super) struct Job<F> {
    body: F,
    /// The runtime of the caller, as under `spawn_blocking`.
    runtime: Option<Handle>,
    /// The jobs that wait for this one.
    withins: Withins,
}

impl<F> Job<F> {
    pub(super) fn new(body: F) -> Self {
        Self { body, runtime: Handle::try_current().ok(), withins: Withins::here() }
    }

    fn run<T>(self, within: Within) -> T
    where
        F: FnOnce() -> T,
    {
        let _within = self.withins.enter(within);
        let _entered = self.runtime.as_ref().map(Handle::enter);
        (self.body)()
    }
}

pub(super) struct Task<F, T> {
    state: Mutex<JobState<F, T>>,
    /// Notified when the result is published.
    ended: Condvar,
}

enum JobState<F, T> {
    Ready(Job<F>),
    Running,
    /// It has ended, and its place is not free yet.
    Leaving(thread::Result<T>),
    Ended(thread::Result<T>),
    /// Not in use: the caller has left, or has taken the result.
    Idle,
}

/// The state of a job when its caller stops waiting.
pub(super) enum Left<F, T> {
    Ended(thread::Result<T>),
    /// It has ended, and its thread will publish the result.
    Leaving(thread::Result<T>),
    /// It still runs. Its result will be dropped.
    Runs,
    /// It had not begun, and now never will.
    NotBegun(Job<F>),
}

/// After so long, a caller whose job has not begun tries again to start a thread, in case the system refused one
/// before. The interval doubles each time, because many callers may wait.
const RETRY_START: Duration = Duration::from_millis(50);

impl<F, T> Task<F, T> {
    pub(super) fn new(job: Job<F>) -> Self {
        Self { state: Mutex::new(JobState::Ready(job)), ended: Condvar::new() }
    }

    /// Gives an idle task its next job.
    pub(super) fn renew(&self, job: Job<F>) {
        *self.state() = JobState::Ready(job);
    }

    fn state(&self) -> MutexGuard<'_, JobState<F, T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the result, or for the deadline. Calls `try_start` at growing intervals while the job has not begun.
    pub(super) fn wait_until(&self, deadline: Option<Instant>, try_start: impl Fn()) {
        let mut state = self.state();
        let mut next_try = RETRY_START;
        loop {
            let has_begun = match *state {
                JobState::Ended(_) | JobState::Idle => return,
                JobState::Running | JobState::Leaving(_) => true,
                JobState::Ready(_) => false,
            };
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            if left.is_some_and(|left| left.is_zero()) {
                return;
            }
            let pause = left.into_iter().chain((!has_begun).then_some(next_try)).min();
            let Some(pause) = pause else {
                state = self.ended.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            let (woken, waited) = self.ended.wait_timeout(state, pause).unwrap_or_else(PoisonError::into_inner);
            state = woken;
            if !has_begun && waited.timed_out() {
                drop(state);
                try_start();
                next_try = next_try.saturating_mul(2);
                state = self.state();
            }
        }
    }

    /// What becomes of the job when its caller waits no more.
    pub(super) fn leave(&self) -> Left<F, T> {
        let mut state = self.state();
        match mem::replace(&mut *state, JobState::Idle) {
            JobState::Ended(result) => Left::Ended(result),
            JobState::Leaving(result) => Left::Leaving(result),
            JobState::Ready(job) => Left::NotBegun(job),
            JobState::Running | JobState::Idle => Left::Runs,
        }
    }
}

/// A task, whatever its job.
pub(super) trait Run: Send + Sync {
    /// Runs the job, unless its caller has left. Never panics.
    fn run(&self, within: Within);

    /// Hands the result to the caller that waits. A call of its own, because the job's place is free before that: the
    /// caller may make its next call at once.
    fn publish(&self);
}

impl<F, T> Run for Task<F, T>
where
    T: Send,
    F: FnOnce() -> T + Send,
{
    fn run(&self, within: Within) {
        let mut state = self.state();
        let job = match mem::replace(&mut *state, JobState::Idle) {
            JobState::Ready(job) => job,
            other => {
                *state = other;
                return;
            }
        };
        *state = JobState::Running;
        drop(state);
        let result = catch_unwind(AssertUnwindSafe(|| job.run(within)));
        let mut state = self.state();
        if matches!(*state, JobState::Running) {
            *state = JobState::Leaving(result);
            return;
        }
        drop(state);
        drop_caught(result);
    }

    fn publish(&self) {
        let mut state = self.state();
        *state = match mem::replace(&mut *state, JobState::Idle) {
            JobState::Leaving(result) => JobState::Ended(result),
            // The caller has left.
            other => {
                *state = other;
                return;
            }
        };
        drop(state);
        self.ended.notify_one();
    }
}

/// Drops a result that no caller waits for. A panic in its drop must not end the thread or keep its place. The payload
/// of that panic is leaked, because dropping it may panic again.
fn drop_caught<T>(value: T) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop(value))) {
        mem::forget(payload);
    }
}
