//! The open calls of jobs on helper threads: calls that a guard has admitted and that have not ended.
//!
//! A caller that leaves its job at the deadline reports them as failures to the guards below the limit, without waiting
//! for the job.

use std::cell::RefCell;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::core::error::Error;
use crate::deadline::current::{self as deadline, SyncLimit};
use crate::deadline::dropped;

/// A guard that admits calls, such as a breaker.
pub trait Admits: fmt::Debug + Send + Sync {
    /// Counts the failure of an admitted call at the deadline. `words` are those of its [`OpenCall`].
    fn fail(&self, words: [u64; 2]);
}

/// A guard that outlives the calls which it has admitted.
#[derive(Clone, Debug)]
pub(crate) enum Admitter {
    Static(&'static dyn Admits),
    Shared(Arc<dyn Admits>),
}

/// An admitted call. `words` mean something to `admitted_by` alone, so that one list can hold the calls of all kinds.
#[derive(Clone, Debug)]
pub(crate) struct OpenCall {
    pub(crate) admitted_by: Admitter,
    pub(crate) words: [u64; 2],
}

impl OpenCall {
    fn fail(self) {
        match self.admitted_by {
            Admitter::Static(guard) => guard.fail(self.words),
            Admitter::Shared(guard) => guard.fail(self.words),
        }
    }
}

/// The open calls of one job.
#[derive(Debug, Default)]
pub(crate) struct OpenCalls(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    /// In the order of admission. The calls of one thread end in reverse order.
    admitted: Vec<AdmittedCall>,
    /// The job's thread is in a wait of this library: between attempts, or for a slot.
    in_wait: bool,
    /// The inner job that this job waits for, if there is one.
    below: Option<Arc<OpenCalls>>,
    /// Inner jobs that this job waits for and that run at once, without limits of their own.
    branches: Vec<Arc<OpenCalls>>,
}

#[derive(Debug)]
struct AdmittedCall {
    call: OpenCall,
    since: Instant,
    /// Whether its failure was reported at a deadline.
    is_reported: bool,
}

thread_local! {
    /// The open calls of the job on this thread.
    static CURRENT: RefCell<Option<Arc<OpenCalls>>> = const { RefCell::new(None) };
}

/// Lists that are not in use, kept so that calls need not allocate one.
static SPARE: Mutex<Vec<Arc<OpenCalls>>> = Mutex::new(Vec::new());

/// As many as there are helper threads without nesting.
const MAX_SPARE: usize = 256;

impl OpenCalls {
    /// An empty list for a job.
    pub(crate) fn open() -> Arc<Self> {
        spare().pop().unwrap_or_default()
    }

    /// Sets whether the job is in a wait of this library.
    pub(crate) fn set_in_a_wait(&self, in_wait: bool) {
        self.lock().in_wait = in_wait;
    }

    /// Keeps the list for another job, if this job has ended.
    pub(crate) fn close(mut self: Arc<Self>) {
        if let Some(calls) = Arc::get_mut(&mut self) {
            calls.lock().in_wait = false;
            let mut spare = spare();
            if spare.len() < MAX_SPARE {
                spare.push(self);
            }
        }
    }

    /// Reports the open calls as failures because `limit` is over, those of branches included, unless the job is in a
    /// wait. Returns whether it is.
    pub(crate) fn settle(&self, limit: &SyncLimit) -> bool {
        let in_wait = self.is_in_a_wait();
        if !in_wait {
            self.lock().failed(limit).into_iter().for_each(OpenCall::fail);
            self.branches().iter().for_each(|branch| _ = branch.settle(limit));
        }
        in_wait
    }

    fn is_in_a_wait(&self) -> bool {
        let inner = self.lock();
        let below = inner.below.clone();
        let in_wait = inner.in_wait;
        drop(inner);
        let branches = self.branches();
        let all_wait = || !branches.is_empty() && branches.iter().all(|branch| branch.is_in_a_wait());
        in_wait || below.is_some_and(|below| below.is_in_a_wait()) || all_wait()
    }

    fn branches(&self) -> Vec<Arc<Self>> {
        self.lock().branches.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// The calls that count as failures because `limit` is over, each only once.
    fn failed(&mut self, limit: &SyncLimit) -> Vec<OpenCall> {
        let is_failed = |call: &&mut AdmittedCall| !call.is_reported && limit.fails(call.since);
        let failed = self.admitted.iter_mut().filter(is_failed);
        failed
            .map(|admitted| {
                admitted.is_reported = true;
                admitted.call.clone()
            })
            .collect()
    }
}

fn spare() -> MutexGuard<'static, Vec<Arc<OpenCalls>>> {
    SPARE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The open calls of the job on this thread; `None` outside of jobs, and while the thread ends.
fn current() -> Option<Arc<OpenCalls>> {
    CURRENT.try_with(|current| current.borrow().clone()).ok().flatten()
}

/// Runs a job whose open calls go to this list.
pub(crate) fn with<R>(calls: Arc<OpenCalls>, job: impl FnOnce() -> R) -> R {
    let _restore = Restore(CURRENT.replace(Some(calls)));
    job()
}

struct Restore(Option<Arc<OpenCalls>>);

impl Drop for Restore {
    fn drop(&mut self) {
        CURRENT.replace(self.0.take());
    }
}

/// Runs a wait of this library: between attempts, or in a queue. If the deadline ends the wait, the job counts as being
/// in it from then on, because the caller that leaves the job may call [`settle`](OpenCalls::settle) later than this
/// returns.
pub(crate) fn waiting<R>(wait: impl FnOnce() -> R) -> R {
    let _reset = set_until_drop(|inner, begins| inner.in_wait = begins || deadline::expired().is_some());
    wait()
}

/// Records that the deadline ended a wait of this thread, or of a job that it waited for.
pub(crate) fn a_wait_ended() {
    dropped::a_wait_ended();
    if let Some(calls) = current() {
        calls.lock().in_wait = true;
    }
}

/// The outcome of a wait that a deadline ended.
pub(crate) fn ended<T>(above: Error) -> Result<T, Error> {
    a_wait_ended();
    Err(above)
}

/// Runs a wait for another job.
pub(crate) fn waiting_for<R>(job: &Arc<OpenCalls>, wait: impl FnOnce() -> R) -> R {
    let _reset = set_until_drop(|inner, begins| inner.below = begins.then(|| Arc::clone(job)));
    wait()
}

/// The list of an inner job that runs beside others. Dropping this takes the list from the job that waits for it.
#[derive(Debug)]
pub(crate) struct Branch {
    calls: Arc<OpenCalls>,
    trunk: Arc<OpenCalls>,
}

/// A list for an inner job that runs beside others, if this thread has a job.
pub(crate) fn branch() -> Option<Branch> {
    let trunk = current()?;
    let calls = OpenCalls::open();
    trunk.lock().branches.push(Arc::clone(&calls));
    Some(Branch { calls, trunk })
}

impl Branch {
    /// The list, for [`with`].
    pub(crate) fn calls(&self) -> Arc<OpenCalls> {
        Arc::clone(&self.calls)
    }

    /// The inner job has ended.
    pub(crate) fn close(self) {
        let calls = self.calls();
        drop(self);
        calls.close();
    }
}

impl Drop for Branch {
    fn drop(&mut self) {
        self.trunk.lock().branches.retain(|calls| !Arc::ptr_eq(calls, &self.calls));
    }
}

/// Calls `set` with `true` for this thread's job, if there is one, and with `false` when the result is dropped.
fn set_until_drop<S: Fn(&mut Inner, bool)>(set: S) -> ResetOnDrop<S> {
    let calls = current();
    if let Some(calls) = &calls {
        set(&mut calls.lock(), true);
    }
    ResetOnDrop { calls, set }
}

struct ResetOnDrop<S: Fn(&mut Inner, bool)> {
    calls: Option<Arc<OpenCalls>>,
    set: S,
}

impl<S: Fn(&mut Inner, bool)> Drop for ResetOnDrop<S> {
    fn drop(&mut self) {
        if let Some(calls) = &self.calls {
            (self.set)(&mut calls.lock(), false);
        }
    }
}

/// An open call in the list of its job.
pub(crate) struct ListedCall(Arc<OpenCalls>);

/// Adds a call that has just been admitted to the list of this thread's job, if there is one.
pub(crate) fn admitted(call: OpenCall, since: Instant) -> Option<ListedCall> {
    let calls = current()?;
    calls.lock().admitted.push(AdmittedCall { call, since, is_reported: false });
    Some(ListedCall(calls))
}

impl ListedCall {
    /// Removes the call, because it has ended. Returns whether its failure was reported before.
    pub(crate) fn remove(self) -> bool {
        self.0.lock().admitted.pop().is_some_and(|call| call.is_reported)
    }
}
