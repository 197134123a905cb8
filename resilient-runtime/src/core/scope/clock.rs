//! The clock of a scope. In a tokio runtime it follows that one's, which a test may pause; without one it stands still.
//! In both cases it is moved on by what waits in sync code, as soon as nothing of the library runs elsewhere for it.

use std::cell::Cell;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Duration;

use tokio::runtime::Handle;

use crate::core::check::nanos;
use crate::core::clock;
use crate::core::scope::Scope;
use crate::core::sync::word::AtomicU64;

/// How often a thread looks whether the clock has moved. Real time.
pub(crate) const LOOK_EVERY: Duration = Duration::from_millis(1);

thread_local! {
    /// The job that this thread runs.
    static JOB: Cell<Option<JobNumber>> = const { Cell::new(None) };
}

/// The clock of a scope.
pub(crate) struct ScopeClock {
    base: Base,
    began: u64,
    state: Mutex<State>,
    /// Notified when it is moved.
    moved: Condvar,
}

/// What it is ahead of.
enum Base {
    /// A moment.
    StandsStill(u64),
    /// The clock of a runtime.
    Runtime(Handle),
}

#[derive(Default)]
struct State {
    /// How far it is ahead, in nanoseconds.
    ahead: u64,
    /// Those who wait for a moment.
    waits: Vec<Waiting>,
    /// The jobs on threads of the library whose callers wait, or have waited.
    jobs: Vec<Job>,
    /// Woken when it is moved.
    wakers: Vec<Waker>,
    next: u64,
}

struct Waiting {
    number: u64,
    until: u64,
    job: Option<JobNumber>,
    /// A future: nobody may poll it soon, because its thread may be blocked by another wait.
    is_async: bool,
}

struct Job {
    number: JobNumber,
    state: JobState,
    /// The job of its caller, which waits for it.
    caller: Option<JobNumber>,
}

/// A job of a scope on a thread of the library. No two jobs of the process have the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct JobNumber(u64);

impl JobNumber {
    fn new() -> Self {
        // Relaxed: only the number matters.
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }

    fn here() -> Option<Self> {
        JOB.try_with(Cell::get).ok().flatten()
    }

    /// Runs code that belongs to this job.
    pub(crate) fn run<R>(self, code: impl FnOnce() -> R) -> R {
        struct Restore(Option<JobNumber>);

        impl Drop for Restore {
            fn drop(&mut self) {
                JOB.set(self.0);
            }
        }

        let _restore = Restore(JOB.replace(Some(self)));
        code()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JobState {
    /// It waits for a place.
    Queued,
    /// It may do something: the clock does not move by itself.
    Runs,
    /// It waits for the clock, or for another job.
    Waits,
    /// Its caller has left. It moves no clock and holds none up.
    Left,
}

impl State {
    fn job(&mut self, number: Option<JobNumber>) -> Option<&mut JobState> {
        let number = number?;
        self.jobs.iter_mut().find(|job| job.number == number).map(|job| &mut job.state)
    }

    fn has_left(&mut self, job: Option<JobNumber>) -> bool {
        self.job(job).is_some_and(|state| *state == JobState::Left)
    }

    /// The next moment that somebody waits for. `None` while a thread has not gone on yet for which it is that time.
    fn next_moment(&self, now: u64) -> Option<u64> {
        let has_left = |number| self.jobs.iter().any(|job| job.number == number && job.state == JobState::Left);
        let waits = || self.waits.iter().filter(|wait| !wait.job.is_some_and(has_left));
        let is_due = waits().any(|wait| wait.until <= now && !wait.is_async);
        if is_due { None } else { waits().map(|wait| wait.until).filter(|until| now < *until).min() }
    }

    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }
}

impl ScopeClock {
    /// Of the runtime of this thread, or a clock that stands still.
    pub(crate) fn here() -> Self {
        let began = clock::process_nanos();
        let base = Handle::try_current().map_or_else(|_| Base::StandsStill(began), Base::Runtime);
        Self { base, began, state: Mutex::default(), moved: Condvar::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether nothing but waits moves it.
    pub(crate) const fn stands_still(&self) -> bool {
        matches!(self.base, Base::StandsStill(_))
    }

    fn base(&self) -> u64 {
        match &self.base {
            Base::StandsStill(at) => *at,
            Base::Runtime(runtime) => {
                let _entered = runtime.enter();
                clock::process_nanos()
            }
        }
    }

    /// Nanoseconds on the clock's scale.
    pub(crate) fn nanos(&self) -> u64 {
        let base = self.base();
        base.saturating_add(self.state().ahead)
    }

    /// Since it was made.
    pub(crate) fn elapsed(&self) -> Duration {
        Duration::from_nanos(self.nanos().saturating_sub(self.began))
    }

    /// How far it is ahead of the runtime's clock.
    pub(crate) fn ahead(&self) -> u64 {
        self.state().ahead
    }

    pub(crate) fn advance(&self, time: Duration) {
        let mut state = self.state();
        state.ahead = state.ahead.saturating_add(nanos(time));
        self.notify(state);
    }

    fn notify(&self, mut state: MutexGuard<'_, State>) {
        let wakers = std::mem::take(&mut state.wakers);
        drop(state);
        self.moved.notify_all();
        wakers.into_iter().for_each(Waker::wake);
    }

    /// Wakes a task when the clock is moved the next time.
    pub(crate) fn wake_when_moved(&self, waker: &Waker) {
        let mut state = self.state();
        if !state.wakers.iter().any(|known| known.will_wake(waker)) {
            state.wakers.push(waker.clone());
        }
    }

    /// A future waits until that moment.
    pub(crate) fn block_future(&self, until: u64) -> FutureWait {
        let mut state = self.state();
        let number = state.number();
        state.waits.push(Waiting { number, until, job: None, is_async: true });
        FutureWait(number)
    }

    /// Moves the clock to the moment that comes first of those that are waited for, unless a job runs. Whether it is
    /// `until` then.
    fn step(&self, until: u64, job: Option<JobNumber>) -> bool {
        let base = self.base();
        let mut state = self.state();
        let now = base.saturating_add(state.ahead);
        if until <= now {
            return true;
        }
        let is_busy = state.jobs.iter().any(|job| job.state == JobState::Runs);
        if is_busy || state.has_left(job) {
            return false;
        }
        let Some(next) = state.next_moment(now) else { return false };
        state.ahead = next.saturating_sub(base);
        self.notify(state);
        until <= next
    }

    /// A job is made, which waits for a place.
    pub(crate) fn add_job(&self) -> JobNumber {
        let mut state = self.state();
        let number = JobNumber::new();
        state.jobs.push(Job { number, state: JobState::Queued, caller: JobNumber::here() });
        number
    }

    /// The job goes on, waits or is left. One that was left stays so.
    pub(crate) fn set_job(&self, number: JobNumber, next: JobState) {
        if let Some(state) = self.state().job(Some(number)).filter(|state| **state != JobState::Left) {
            *state = next;
        }
    }

    /// It has ended. Its caller goes on, if that has waited for it.
    pub(crate) fn remove_job(&self, number: JobNumber) {
        let mut state = self.state();
        let Some(index) = state.jobs.iter().position(|job| job.number == number) else { return };
        let ended = state.jobs.swap_remove(index);
        let caller = ended.caller.filter(|_| ended.state != JobState::Left);
        if let Some(caller) = state.job(caller).filter(|caller| **caller == JobState::Waits) {
            *caller = JobState::Runs;
        }
    }
}

/// While it lives, its thread counts as a job that runs, whenever it does not wait: a thread with jobs on other threads,
/// which must not move the clock before it has seen what they did.
pub(crate) struct Caller {
    scope: Arc<Scope>,
    number: JobNumber,
}

impl Caller {
    /// `None` if the thread runs a job anyway.
    pub(crate) fn begins(scope: Arc<Scope>) -> Option<Self> {
        if JobNumber::here().is_some() {
            return None;
        }
        let number = scope.clock.add_job();
        scope.clock.set_job(number, JobState::Runs);
        JOB.set(Some(number));
        Some(Self { scope, number })
    }
}

impl Drop for Caller {
    fn drop(&mut self) {
        JOB.set(None);
        self.scope.clock.remove_job(self.number);
    }
}

/// While it lives, its thread waits.
pub(crate) struct Wait {
    scope: Arc<Scope>,
    number: u64,
    until: Option<u64>,
    job: Option<JobNumber>,
    /// Whether this wait has stopped the job from counting as one that runs.
    is_paused: bool,
}

impl Scope {
    /// This thread waits for something, at most until that moment.
    pub(crate) fn block(self: &Arc<Self>, until: Option<u64>) -> Wait {
        let job = JobNumber::here();
        let mut state = self.clock.state();
        let paused = state.job(job).filter(|state| **state == JobState::Runs);
        let is_paused = paused.map(|state| *state = JobState::Waits).is_some();
        let number = state.number();
        if let Some(until) = until {
            state.waits.push(Waiting { number, until, job, is_async: false });
        }
        drop(state);
        Wait { scope: Arc::clone(self), number, until, job, is_paused }
    }

    /// Blocks this thread for so long by the scope's clock, which moves on at once if nothing runs meanwhile.
    pub(crate) fn sleep(self: &Arc<Self>, time: Duration) {
        let wait = self.block(Some(self.clock.nanos().saturating_add(nanos(time))));
        while !wait.is_over() {
            let state = self.clock.state();
            drop(self.clock.moved.wait_timeout(state, LOOK_EVERY).unwrap_or_else(PoisonError::into_inner));
        }
    }

    /// Parks this thread, until somebody unparks it or for a short while; `false` if that moment has come.
    pub(crate) fn park(self: &Arc<Self>, until: Option<u64>) -> bool {
        let wait = self.block(until);
        let is_over = wait.is_over();
        if !is_over {
            std::thread::park_timeout(LOOK_EVERY);
        }
        !is_over
    }
}

impl Wait {
    /// Whether its moment has come. Moves the clock if nothing else can.
    pub(crate) fn is_over(&self) -> bool {
        self.until.is_some_and(|until| self.scope.clock.step(until, self.job))
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        let mut state = self.scope.clock.state();
        state.waits.retain(|wait| wait.number != self.number);
        if let Some(job) = state.job(self.job).filter(|job| self.is_paused && **job == JobState::Waits) {
            *job = JobState::Runs;
        }
    }
}

/// The wait of a future, which ends with [`ScopeClock::end`].
#[derive(Debug)]
pub(crate) struct FutureWait(u64);

impl ScopeClock {
    /// As [`Wait::is_over`].
    pub(crate) fn is_over(&self, until: u64) -> bool {
        self.step(until, None)
    }

    /// The future no longer waits.
    pub(crate) fn end(&self, wait: &FutureWait) {
        self.state().waits.retain(|known| known.number != wait.0);
    }
}
