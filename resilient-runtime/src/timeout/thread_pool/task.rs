//! One call with a time limit: the job, then its result, and who waits for it.

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
    /// Nobody waits for it: the job has been taken back, or its result has been taken.
    Idle,
}

/// What has become of a job when its caller stops waiting.
pub(super) enum Waited<F, T> {
    Ended(thread::Result<T>),
    /// It runs on unseen.
    Runs,
    /// It never begins.
    NotBegun(Job<F>),
}

/// After so long a caller whose job has not begun looks whether the thread it needs has been started: where the system
/// gave none, it may give one later. Each further look comes after twice the time, because many callers may wait.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

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

    /// Calls `look_again` from time to time while the job has not begun.
    pub(super) fn wait_until(&self, deadline: Instant, look_again: impl Fn()) -> Waited<F, T> {
        let mut state = self.state();
        let mut next_look = LOOK_AGAIN;
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
            let pause = if has_begun { left } else { left.min(next_look) };
            let (woken, waited) = self.ended.wait_timeout(state, pause).unwrap_or_else(PoisonError::into_inner);
            state = woken;
            if !has_begun && waited.timed_out() {
                drop(state);
                look_again();
                next_look = next_look.saturating_mul(2);
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
    /// Runs the job, unless its caller has taken it back. Never panics.
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
        drop_unseen(result);
    }
}

/// Drops what nobody waits for. A panic in that must not take the thread with it, nor the place in which it runs; its
/// payload is not dropped, because that may panic again.
fn drop_unseen<T>(value: T) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop(value))) {
        std::mem::forget(payload);
    }
}
