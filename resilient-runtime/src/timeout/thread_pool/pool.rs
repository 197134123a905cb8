//! The helper threads, and the jobs that wait for one.
//!
//! ```text
//! submit ─► queue (no place) ─► ready (a place, no thread) ─► a thread ─► the place is left, to the next in the queue
//! ```
//!
//! A thread is started for each ready job that finds no idle one. So there are at most as many threads as jobs that may
//! run: the places, times the depth of nested limits.

use std::cell::Cell;
use std::collections::VecDeque;
use std::io;
use std::process;
use std::ptr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::places::{Placement, Places, Seat};
use super::task::Run;
use crate::core::linked_queue::Key;

/// So many jobs run at a time, inner jobs not counted.
pub(super) const PLACES: usize = 256;

/// A thread ends after so long without work.
const KEEP_ALIVE: Duration = Duration::from_secs(10);

pub(super) struct Pool {
    state: Mutex<PoolState>,
    work: Condvar,
    places: usize,
    spawn: Spawn,
}

/// Starts a thread that calls [`Pool::work`].
pub(super) type Spawn = fn(&'static Pool, ProcessId) -> io::Result<()>;

/// Detects a fork: the child has the memory of its parent, but not its threads.
type ProcessId = u32;

struct PoolState {
    /// The process of the threads; 0 before the first job.
    process: ProcessId,
    places: Places<Task>,
    /// Jobs that may run, until a thread takes them.
    ready: VecDeque<(Task, Seat)>,
    idle: usize,
    /// Threads that have been started and have not called [`Pool::work`] yet.
    starting: usize,
}

type Task = Arc<dyn Run>;

thread_local! {
    /// The seat of the job that runs on this helper thread.
    static OUTER: Cell<Option<(ProcessId, Seat)>> = const { Cell::new(None) };
}

impl PoolState {
    const fn new(process: ProcessId, places: usize) -> Self {
        Self { process, places: Places::new(places), ready: VecDeque::new(), idle: 0, starting: 0 }
    }

    /// Frees the seat of a job that has ended, which may make another job ready.
    fn leave(&mut self, seat: Seat) {
        self.ready.extend(self.places.leave(seat));
    }

    /// Removes a job that no thread has taken yet.
    fn withdraw(&mut self, queued: Option<Key>, task: *const ()) -> Option<Task> {
        if let Some(task) = queued.and_then(|key| self.places.withdraw(key)) {
            return Some(task);
        }
        // Ready jobs are few: a thread has been woken or started for each.
        let index = self.ready.iter().position(|(ready, _)| ptr::eq(Arc::as_ptr(ready).cast(), task))?;
        let (task, seat) = self.ready.remove(index)?;
        self.leave(seat);
        Some(task)
    }
}

impl Pool {
    pub(super) const fn new(places: usize, spawn: Spawn) -> Self {
        Self { state: Mutex::new(PoolState::new(0, places)), work: Condvar::new(), places, spawn }
    }

    fn state(&self) -> MutexGuard<'_, PoolState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Submits a job. Returns its key in the queue if it has to wait for a place. A job that is submitted on a helper
    /// thread is an inner job of the one that runs there.
    pub(super) fn submit(&'static self, task: Task) -> Option<Key> {
        let process = process::id();
        let outer = OUTER.get().filter(|(its, _)| *its == process).map(|(_, seat)| seat);
        let mut state = self.state();
        if state.process != process {
            // After a fork. The child must not drop what the parent's jobs own.
            std::mem::forget(std::mem::replace(&mut *state, PoolState::new(process, self.places)));
        }
        match state.places.enter(task, outer) {
            Placement::Queued(key) => Some(key),
            Placement::Seated(task, seat) => {
                state.ready.push_back((task, seat));
                self.provide_thread(state);
                None
            }
        }
    }

    /// Removes the job of a caller that leaves; `false` if a thread has taken it already.
    pub(super) fn withdraw<R: Run>(&'static self, queued: Option<Key>, task: &R) -> bool {
        let mut state = self.state();
        let withdrawn = state.withdraw(queued, ptr::from_ref(task).cast());
        // The freed place may have made another job ready.
        self.provide_thread(state);
        withdrawn.is_some()
    }

    /// Tries again to start a thread that could not be started before.
    pub(super) fn provide_threads(&'static self) {
        self.provide_thread(self.state());
    }

    /// Wakes or starts a thread for a ready job. If none can be started, the job waits for a thread that becomes idle.
    fn provide_thread(&'static self, mut state: MutexGuard<'_, PoolState>) {
        if state.ready.is_empty() {
            return;
        }
        if state.idle + state.starting >= state.ready.len() {
            self.work.notify_one();
            return;
        }
        state.starting += 1;
        let process = state.process;
        drop(state);
        if (self.spawn)(self, process).is_err() {
            let mut state = self.state();
            if state.process == process {
                state.starting -= 1;
            }
        }
    }

    /// What a helper thread runs.
    pub(super) fn work(&'static self, process: ProcessId) {
        if self.arrive(process).is_none() {
            return;
        }
        let mut left = None;
        while let Some((task, seat)) = self.next(process, left) {
            OUTER.set(Some((process, seat)));
            task.run();
            OUTER.set(None);
            left = Some(seat);
        }
    }

    /// The state, if it belongs to this thread's process. In the child of a fork it does not, and the thread ends.
    fn state_of(&self, process: ProcessId) -> Option<MutexGuard<'_, PoolState>> {
        let state = (process::id() == process).then(|| self.state());
        state.filter(|state| state.process == process)
    }

    fn arrive(&self, process: ProcessId) -> Option<()> {
        self.state_of(process)?.starting -= 1;
        Some(())
    }

    /// Frees the seat of the last job and waits for the next one. `None` ends the thread.
    fn next(&self, process: ProcessId, left: Option<Seat>) -> Option<(Task, Seat)> {
        let mut state = self.state_of(process)?;
        if let Some(seat) = left {
            state.leave(seat);
        }
        loop {
            if let Some(ready) = state.ready.pop_front() {
                return Some(ready);
            }
            state.idle += 1;
            let (woken, waited) = self.work.wait_timeout(state, KEEP_ALIVE).unwrap_or_else(PoisonError::into_inner);
            state = woken;
            state.idle -= 1;
            if waited.timed_out() && state.ready.is_empty() {
                return None;
            }
        }
    }
}

pub(super) fn spawn_thread(pool: &'static Pool, process: ProcessId) -> io::Result<()> {
    thread::Builder::new().name("resilient-helper".into()).spawn(move || pool.work(process)).map(drop)
}

#[cfg(all(test, not(resilient_loom)))]
impl Pool {
    /// The jobs that wait for a place, and those that wait for a thread.
    pub(super) fn counts(&self) -> (usize, usize) {
        let state = self.state();
        (state.places.waiting(), state.ready.len())
    }

    /// Gives it the state of another process, in which these jobs have been submitted.
    pub(super) fn pretend_to_be_forked(&self, jobs: [Box<dyn FnOnce() + Send>; 2]) {
        let mut state = PoolState::new(process::id().wrapping_add(1), self.places);
        for job in jobs {
            let task = super::task::Task::new(super::task::Job::new(job));
            if let Placement::Seated(task, seat) = state.places.enter(Arc::new(task), None) {
                state.ready.push_back((task, seat));
            }
        }
        (state.idle, state.starting) = (3, 3);
        *self.state() = state;
    }
}
