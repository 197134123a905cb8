//! One job, then its result, and the caller that waits for it: a thread, or a future.

use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::Handle;

use crate::core::span::Span;
use crate::core::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use crate::core::waiting::Waiting;
use crate::thread_pool::scoped::InScope;
use crate::thread_pool::within::{Within, Withins};

/// What a thread of a pool runs.
pub(super) struct Job<F> {
    body: F,
    /// The runtime of the caller, as under `spawn_blocking`.
    runtime: Option<Handle>,
    /// That of the caller.
    span: Span,
    /// The jobs that wait for this one.
    withins: Withins,
    in_scope: InScope,
}

impl<F> Job<F> {
    pub(super) fn new(body: F) -> Self {
        let (span, in_scope) = (Span::current(), InScope::here());
        Self { body, runtime: Handle::try_current().ok(), span, withins: Withins::here(), in_scope }
    }

    fn run<T>(self, within: Within, has_waited: bool) -> T
    where
        F: FnOnce() -> T,
    {
        let _within = self.withins.enter(within, has_waited);
        let _entered = self.runtime.as_ref().map(Handle::enter);
        let _span = self.span.entered();
        self.in_scope.run(self.body)
    }
}

pub(super) struct Task<F, T> {
    state: Mutex<TaskState<F, T>>,
    /// Notified when the result is published, where a thread waits.
    ended: Condvar,
}

struct TaskState<F, T> {
    job: JobState<F, T>,
    /// Woken when the result is published, where a future waits.
    waker: Option<Waker>,
    in_scope: InScope,
    /// It got its place from another job that had left it.
    has_waited: bool,
}

impl<F, T> TaskState<F, T> {
    fn of(job: Job<F>) -> Self {
        Self { in_scope: job.in_scope.clone(), job: JobState::Ready(job), waker: None, has_waited: false }
    }
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
pub(crate) const RETRY_START: Duration = Duration::from_millis(50);

impl<F, T> Task<F, T> {
    pub(super) fn new(job: Job<F>) -> Self {
        Self { state: Mutex::new(TaskState::of(job)), ended: Condvar::new() }
    }

    /// Gives an idle task its next job.
    pub(super) fn renew(&self, job: Job<F>) {
        *self.state() = TaskState::of(job);
    }

    fn state(&self) -> MutexGuard<'_, TaskState<F, T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn has_begun(&self) -> bool {
        !matches!(self.state().job, JobState::Ready(_))
    }

    /// Waits for the result, or for the deadline, but not beyond `begin_by` if the job has not begun by then. Calls
    /// `try_start` at growing intervals while it has not.
    pub(super) fn wait_until(&self, deadline: Option<Instant>, begin_by: Option<Instant>, try_start: impl Fn()) {
        let mut state = self.state();
        let mut next_try = RETRY_START;
        loop {
            let has_begun = match state.job {
                JobState::Ended(_) | JobState::Idle => return,
                JobState::Running | JobState::Leaving(_) => true,
                JobState::Ready(_) => false,
            };
            let until = deadline.into_iter().chain(begin_by.filter(|_| !has_begun)).min();
            let waiting = Waiting::until(until);
            let left = waiting.longest();
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

    /// The result, for a future that waits.
    pub(super) fn poll(&self, context: &Context<'_>) -> Poll<thread::Result<T>> {
        let mut state = self.state();
        if let JobState::Ended(_) = state.job
            && let JobState::Ended(result) = mem::replace(&mut state.job, JobState::Idle)
        {
            return Poll::Ready(result);
        }
        match &mut state.waker {
            Some(waker) => waker.clone_from(context.waker()),
            none => *none = Some(context.waker().clone()),
        }
        Poll::Pending
    }

    /// What becomes of the job when its caller waits no more.
    pub(super) fn leave(&self) -> Left<F, T> {
        let mut state = self.state();
        state.waker = None;
        state.in_scope.take().end_wait();
        match mem::replace(&mut state.job, JobState::Idle) {
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

    /// It has a place from now on. `has_waited` if it was in the queue before.
    fn is_seated(&self, has_waited: bool);

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
        let job = match mem::replace(&mut state.job, JobState::Idle) {
            JobState::Ready(job) => job,
            other => {
                state.job = other;
                return;
            }
        };
        state.job = JobState::Running;
        let has_waited = state.has_waited;
        drop(state);
        let result = catch_unwind(AssertUnwindSafe(|| job.run(within, has_waited)));
        let mut state = self.state();
        if matches!(state.job, JobState::Running) {
            state.job = JobState::Leaving(result);
            return;
        }
        drop(state);
        drop_caught(result);
    }

    fn is_seated(&self, has_waited: bool) {
        let mut state = self.state();
        state.has_waited = has_waited;
        state.in_scope.is_seated();
    }

    fn publish(&self) {
        let mut state = self.state();
        state.job = match mem::replace(&mut state.job, JobState::Idle) {
            JobState::Leaving(result) => JobState::Ended(result),
            // The caller has left.
            other => {
                state.job = other;
                return;
            }
        };
        let waker = state.waker.take();
        let ended = state.in_scope.take();
        drop(state);
        ended.publish();
        self.ended.notify_one();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// Drops a result that no caller waits for. A panic in its drop must not end the thread or keep its place. The payload
/// of that panic is leaked, because dropping it may panic again.
fn drop_caught<T>(value: T) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop(value))) {
        mem::forget(payload);
    }
}
