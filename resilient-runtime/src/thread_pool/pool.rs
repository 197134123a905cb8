//! The threads of a pool, and the jobs that wait for one.
//!
//! ```text
//! submit ─► queue (no place) ─► ready (a place, no thread) ─► a thread ─► the place is left, to the next in the queue
//! ```
//!
//! A thread is started for each ready job that finds no idle one. So there are at most as many threads as jobs that may
//! run: the places, times the depth of nested jobs; and nothing waits while a thread could be made.

use std::collections::VecDeque;
use std::io;
use std::mem;
use std::ptr;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use crate::core::process;
use crate::core::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use crate::thread_pool::linked_queue::Key;
use crate::thread_pool::places::{Placement, Places, Seat};
use crate::thread_pool::pool_id::PoolId;
use crate::thread_pool::settings::{Load, PoolBounds, PoolSettings};
use crate::thread_pool::spawn::{IS_ALONE, spawn_thread};
use crate::thread_pool::task::Run;
use crate::thread_pool::within::{Within, Withins};

/// Threads that are started when they are needed, and end when there is no work, or when the pool is dropped.
pub(crate) struct Pool {
    shared: Arc<Shared>,
}

pub(super) struct Shared {
    id: PoolId,
    /// The name of its threads.
    name: &'static str,
    spawn: Spawn,
    state: Mutex<PoolState>,
    work: Condvar,
}

/// Starts a thread that calls [`Shared::work`].
pub(super) type Spawn = fn(Arc<Shared>, ProcessId) -> io::Result<()>;

/// Detects a fork: the child has the memory of its parent, but not its threads.
pub(super) type ProcessId = u32;

struct PoolState {
    /// The process of the threads; 0 before the first job.
    process: ProcessId,
    bounds: PoolBounds,
    places: Places<Task>,
    /// Jobs that may run, until a thread takes them.
    ready: VecDeque<(Task, Seat)>,
    idle: usize,
    /// Threads that have been started and have not called [`Shared::work`] yet.
    starting: usize,
    /// Threads that hand out the result of a job that has left its seat.
    publishing: usize,
    /// The jobs that have left a seat, so that those can be counted which do so in a time.
    ended: u64,
    /// Nothing is admitted any more.
    is_closed: bool,
    /// Woken when the last job has ended.
    drained: Vec<Waker>,
}

type Task = Arc<dyn Run>;

/// What became of a job that was submitted.
pub(super) enum Entered {
    /// It has a place.
    Seated,
    /// It has a place, and the system gives no thread.
    Starved,
    /// It waits for one.
    Queued(Queued),
    /// There is no room, or the pool is closed. The job never runs.
    Refused,
}

/// Where a job waits for a place. It means nothing in the child of a fork, in which the job does not wait.
#[derive(Clone, Copy, Debug)]
pub(super) struct Queued {
    process: ProcessId,
    key: Key,
}

impl PoolState {
    fn new(process: ProcessId, bounds: PoolBounds) -> Self {
        let (ready, drained) = (VecDeque::new(), Vec::new());
        let places = Places::new(bounds.threads);
        Self {
            process,
            bounds,
            places,
            ready,
            idle: 0,
            starting: 0,
            publishing: 0,
            ended: 0,
            is_closed: false,
            drained,
        }
    }

    /// Frees the seat of a job that has ended, which may make another job ready.
    fn leave(&mut self, seat: Seat) {
        let next = self.places.leave(seat);
        self.seat(next);
    }

    /// Jobs that have waited in the queue have a place now.
    fn seat(&mut self, seated: impl IntoIterator<Item = (Task, Seat)>) {
        self.ready.extend(seated.into_iter().inspect(|(task, _)| task.is_seated(true)));
    }

    /// Removes a job that no thread has taken yet.
    fn withdraw(&mut self, queued: Option<Queued>, task: *const ()) -> Option<Task> {
        let queued = queued.filter(|queued| queued.process == self.process);
        if let Some(task) = queued.and_then(|queued| self.places.withdraw(queued.key)) {
            return Some(task);
        }
        // Ready jobs are few: a thread has been woken or started for each.
        let index = self.ready.iter().position(|(ready, _)| ptr::eq(Arc::as_ptr(ready).cast(), task))?;
        let (task, seat) = self.ready.remove(index)?;
        self.leave(seat);
        Some(task)
    }

    fn load(&self) -> Load {
        let (busy, queued) = (self.places.taken(), self.places.waiting());
        Load { busy, queued, ended: self.ended, is_closed: self.is_closed }
    }

    fn is_drained(&self) -> bool {
        self.places.taken() == 0 && self.places.waiting() == 0 && self.publishing == 0
    }

    /// Those to be woken because nothing runs and nothing waits any more.
    fn drained(&mut self) -> Vec<Waker> {
        if self.is_drained() { mem::take(&mut self.drained) } else { Vec::new() }
    }
}

impl Pool {
    pub(crate) fn new(settings: PoolSettings) -> Self {
        Self::with_spawn(settings, spawn_thread)
    }

    pub(super) fn with_spawn(settings: PoolSettings, spawn: Spawn) -> Self {
        let id = PoolId::next();
        let PoolSettings { name, bounds } = settings;
        let state = Mutex::new(PoolState::new(0, bounds));
        Self { shared: Arc::new(Shared { id, name, spawn, state, work: Condvar::new() }) }
    }

    /// Changes how much it does. With more threads jobs that wait run at once; with fewer, those that run go on, and no
    /// other begins until enough have ended.
    #[cfg(any(feature = "config", test))]
    pub(crate) fn change(&self, bounds: PoolBounds) {
        let shared = &self.shared;
        let mut state = shared.state_in(process::id());
        state.bounds = bounds;
        let seated = state.places.resize(bounds.threads);
        let count = seated.len();
        state.seat(seated);
        drop(state);
        for _ in 0..count {
            self.provide_threads();
        }
        // Idle threads wait for as long as is said now.
        shared.work.notify_all();
    }

    /// Submits a job. One that is submitted within a job of this pool is an inner job of that one.
    pub(super) fn enter(&self, task: Task) -> Entered {
        let shared = &self.shared;
        let process = process::id();
        let outer = Withins::of(shared.id, process);
        let mut state = shared.state_in(process);
        if state.is_closed {
            return Entered::Refused;
        }
        let max_queue = if outer.is_some() { usize::MAX } else { state.bounds.max_queue };
        match state.places.enter(task, outer, max_queue) {
            Placement::Full(_) => Entered::Refused,
            Placement::Queued(key) => Entered::Queued(Queued { process, key }),
            Placement::Seated(task, seat) => {
                task.is_seated(false);
                state.ready.push_back((task, seat));
                if shared.provide_thread(state) { Entered::Seated } else { Entered::Starved }
            }
        }
    }

    /// Whether the code on this thread runs within a job of this pool that has not ended.
    pub(crate) fn is_within(&self) -> bool {
        let process = process::id();
        let outer = Withins::of(self.shared.id, process);
        outer.is_some_and(|seat| self.shared.state_in(process).places.is_running(seat))
    }

    /// Removes the job of a caller that leaves; `false` if a thread has taken it already.
    pub(super) fn withdraw<R: Run>(&self, queued: Option<Queued>, task: &R) -> bool {
        let mut state = self.shared.state_in(process::id());
        let withdrawn = state.withdraw(queued, ptr::from_ref(task).cast());
        let drained = state.drained();
        // The freed place may have made another job ready.
        self.shared.provide_thread(state);
        drained.into_iter().for_each(Waker::wake);
        withdrawn.is_some()
    }

    /// Tries again to start a thread that could not be started before.
    pub(crate) fn provide_threads(&self) {
        self.shared.provide_thread(self.shared.state_in(process::id()));
    }

    /// So many jobs run at a time.
    pub(crate) fn places(&self) -> usize {
        self.shared.state_in(process::id()).bounds.threads
    }

    /// Its jobs of now.
    pub(crate) fn load(&self) -> Load {
        self.shared.state_in(process::id()).load()
    }

    /// Admits nothing from now on. Jobs that run or wait are not affected; idle threads end. Returns what it had then.
    pub(crate) fn close(&self) -> Load {
        let mut state = self.shared.state_in(process::id());
        state.is_closed = true;
        let load = state.load();
        drop(state);
        self.shared.work.notify_all();
        load
    }

    /// Ready when no job runs and none waits.
    pub(crate) fn poll_drained(&self, context: &Context<'_>) -> Poll<()> {
        let mut state = self.shared.state_in(process::id());
        if state.is_drained() {
            return Poll::Ready(());
        }
        if !state.drained.iter().any(|waker| waker.will_wake(context.waker())) {
            state.drained.push(context.waker().clone());
        }
        Poll::Pending
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.close();
    }
}

impl Shared {
    pub(super) const fn name(&self) -> &'static str {
        self.name
    }

    fn state(&self) -> MutexGuard<'_, PoolState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state in this process. After a fork it is a new one: the child must not drop what the parent's jobs own.
    fn state_in(&self, process: ProcessId) -> MutexGuard<'_, PoolState> {
        let mut state = self.state();
        if state.process != process {
            let fresh = PoolState { is_closed: state.is_closed, ..PoolState::new(process, state.bounds) };
            mem::forget(mem::replace(&mut *state, fresh));
        }
        state
    }

    /// Wakes or starts a thread for a ready job. If none can be started, which is the result, the job waits for a thread
    /// that becomes idle.
    fn provide_thread(self: &Arc<Self>, mut state: MutexGuard<'_, PoolState>) -> bool {
        if state.ready.is_empty() {
            return true;
        }
        if state.idle + state.starting >= state.ready.len() {
            drop(state);
            self.work.notify_one();
            return true;
        }
        state.starting += 1;
        let process = state.process;
        drop(state);
        let is_started = (self.spawn)(Arc::clone(self), process).is_ok();
        if !is_started {
            let mut state = self.state();
            if state.process == process {
                state.starting -= 1;
            }
        }
        is_started
    }

    /// What a thread of the pool runs.
    pub(super) fn work(&self, process: ProcessId) {
        if self.arrive(process).is_none() {
            return;
        }
        let mut next = self.wait_for_work(process, false);
        let mut has_published = false;
        while let Some((task, seat)) = next {
            task.run(Within { pool: self.id, process, seat });
            next = self.leave(process, seat, has_published);
            task.publish();
            has_published = true;
            if next.is_none() {
                next = self.wait_for_work(process, has_published);
                has_published = false;
            }
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

    /// Frees the seat of a job that has ended. Returns the next job, if there is one.
    fn leave(&self, process: ProcessId, seat: Seat, has_published: bool) -> Option<(Task, Seat)> {
        let mut state = self.state_of(process)?;
        state.leave(seat);
        state.ended += 1;
        state.publishing += usize::from(!has_published);
        state.ready.pop_front()
    }

    /// Waits for the next job. `None` ends the thread.
    fn wait_for_work(&self, process: ProcessId, has_published: bool) -> Option<(Task, Seat)> {
        let mut state = self.state_of(process)?;
        state.publishing -= usize::from(has_published);
        let drained = state.drained();
        if !drained.is_empty() {
            drop(state);
            drained.into_iter().for_each(Waker::wake);
            state = self.state_of(process)?;
        }
        loop {
            if let Some(ready) = state.ready.pop_front() {
                return Some(ready);
            }
            if state.is_closed || IS_ALONE {
                return None;
            }
            state.idle += 1;
            let keep_alive = state.bounds.keep_alive;
            let woken = self.work.wait_timeout(state, keep_alive);
            let (woken, waited) = woken.unwrap_or_else(PoisonError::into_inner);
            state = woken;
            state.idle -= 1;
            if waited.timed_out() && state.ready.is_empty() {
                return None;
            }
        }
    }
}

#[cfg(all(test, not(resilient_loom)))]
impl Pool {
    /// The jobs that wait for a place, and those that wait for a thread.
    pub(super) fn counts(&self) -> (usize, usize) {
        let state = self.shared.state();
        (state.places.waiting(), state.ready.len())
    }

    /// As [`Shared::work`].
    pub(super) fn work(&self, process: ProcessId) {
        self.shared.work(process);
    }

    /// Gives it the state of another process, in which these jobs have been submitted.
    pub(super) fn pretend_to_be_forked(&self, jobs: [Box<dyn FnOnce() + Send>; 2]) {
        let mut state = PoolState::new(process::id().wrapping_add(1), self.shared.state().bounds);
        for job in jobs {
            let task = super::task::Task::new(super::task::Job::new(job));
            if let Placement::Seated(task, seat) = state.places.enter(Arc::new(task), None, usize::MAX) {
                state.ready.push_back((task, seat));
            }
        }
        (state.idle, state.starting) = (3, 3);
        *self.shared.state() = state;
    }
}
