//! One call with a time limit: its job, then its result, and the caller that waits for it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::Handle;

/// What a helper thread runs.
pub(super) struct Job<F> {
    body: F,
    /// The runtime of the caller, as under `spawn_blocking`.
    runtime: Option<Handle>,
}

impl<F> Job<F> {
    pub(super) fn new(body: F) -> Self {
        Self { body, runtime: Handle::try_current().ok() }
    }

    fn run<T>(self) -> T
    where
        F: FnOnce() -> T,
    {
        let _entered = self.runtime.as_ref().map(Handle::enter);
        (self.body)()
    }
}

pub(super) struct Task<F, T> {
    state: Mutex<JobState<F, T>>,
    ended: Condvar,
}

enum JobState<F, T> {
    Ready(Job<F>),
    Running,
    Ended(thread::Result<T>),
    /// Not in use: the caller has left, or has taken the result.
    Idle,
}

/// The state of a job when its caller stops waiting.
pub(super) enum Waited<F, T> {
    Ended(thread::Result<T>),
    /// It still runs. Its result will be dropped.
    Runs,
    /// It had not begun, and now never will.
    NotBegun(Job<F>),
}

/// After so long, a caller whose job has not begun tries again to start a thread, in case the system refused one
/// before. The interval doubles each time, because many callers may wait.
const RETRY_START: Duration = Duration::from_millis(50);

impl<F, T> Task<F, T> {
    pub(super) const fn new(job: Job<F>) -> Self {
        Self { state: Mutex::new(JobState::Ready(job)), ended: Condvar::new() }
    }

    /// Gives an idle task its next job.
    pub(super) fn renew(&self, job: Job<F>) {
        *self.state() = JobState::Ready(job);
    }

    fn state(&self) -> MutexGuard<'_, JobState<F, T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the result. Calls `try_start` at growing intervals while the job has not begun.
    pub(super) fn wait_until(&self, deadline: Instant, try_start: impl Fn()) -> Waited<F, T> {
        let mut state = self.state();
        let mut next_try = RETRY_START;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let has_begun = match *state {
                JobState::Ended(_) | JobState::Idle => break,
                JobState::Running => true,
                JobState::Ready(_) => false,
            };
            if left.is_zero() {
                break;
            }
            let pause = if has_begun { left } else { left.min(next_try) };
            let (woken, waited) = self.ended.wait_timeout(state, pause).unwrap_or_else(PoisonError::into_inner);
            state = woken;
            if !has_begun && waited.timed_out() {
                drop(state);
                try_start();
                next_try = next_try.saturating_mul(2);
                state = self.state();
            }
        }
        match std::mem::replace(&mut *state, JobState::Idle) {
            JobState::Ended(result) => Waited::Ended(result),
            JobState::Ready(job) => Waited::NotBegun(job),
            JobState::Running | JobState::Idle => Waited::Runs,
        }
    }
}

pub(super) trait Run: Send + Sync {
    /// Runs the job, unless its caller has left. Never panics.
    fn run(&self);
}

impl<F, T> Run for Task<F, T>
where
    T: Send,
    F: FnOnce() -> T + Send,
{
    fn run(&self) {
        let mut state = self.state();
        let job = match std::mem::replace(&mut *state, JobState::Idle) {
            JobState::Ready(job) => job,
            other => {
                *state = other;
                return;
            }
        };
        *state = JobState::Running;
        drop(state);
        let result = catch_unwind(AssertUnwindSafe(|| job.run()));
        let mut state = self.state();
        if matches!(*state, JobState::Running) {
            *state = JobState::Ended(result);
            self.ended.notify_one();
            return;
        }
        drop(state);
        drop_caught(result);
    }
}

/// Drops a result that no caller waits for. A panic in its drop must not end the thread or keep its place. The payload
/// of that panic is leaked, because dropping it may panic again.
fn drop_caught<T>(value: T) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop(value))) {
        std::mem::forget(payload);
    }
}
