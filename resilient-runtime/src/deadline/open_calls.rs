//! The calls that guards have admitted on a helper thread, so that a caller which leaves its job at the deadline can report
//! the failures to the guards below the limit, without waiting for the job.

use std::cell::RefCell;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::deadline::current::{self as deadline, SyncLimit};
use crate::deadline::dropped;

/// What learns at the deadline that a call failed which it admitted.
pub(crate) trait Admits: fmt::Debug + Sync {
    /// Counts the failure of the call that these words stand for.
    fn fail(&'static self, words: [u64; 2]);
}

/// A call that was admitted, in the words of what admitted it: no type of its own, so that one list holds them all.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OpenCall {
    pub(crate) admitted_by: &'static dyn Admits,
    pub(crate) words: [u64; 2],
}

/// The calls of one job that guards have admitted and that have not ended.
#[derive(Debug, Default)]
pub(crate) struct OpenCalls(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    /// In the order of admission; on one thread, they end in reverse.
    admitted: Vec<AdmittedCall>,
    /// The job's thread is in a wait of ours: between attempts, or for a slot.
    waits: bool,
    /// The job waits for another one, which has a limit of its own.
    below: Option<Arc<OpenCalls>>,
}

#[derive(Clone, Copy, Debug)]
struct AdmittedCall {
    call: OpenCall,
    since: Instant,
    /// Its failure was reported at the deadline.
    is_settled: bool,
}

pub(crate) type Ledger = OpenCalls;

thread_local! {
    /// That of the job on this thread.
    static CURRENT: RefCell<Option<Arc<OpenCalls>>> = const { RefCell::new(None) };
}

/// Ledgers that are not in use, so that a call allocates none once there are enough.
static SPARE: Mutex<Vec<Arc<OpenCalls>>> = Mutex::new(Vec::new());

/// No more calls than there are helper threads have a use for one.
const MAX_SPARE: usize = 256;

impl OpenCalls {
    /// One for a job.
    pub(crate) fn open() -> Arc<Self> {
        spare().pop().unwrap_or_default()
    }

    /// Keeps it for another job, if this one has ended.
    pub(crate) fn close(mut self: Arc<Self>) {
        if let Some(calls) = Arc::get_mut(&mut self) {
            calls.lock().waits = false;
            let mut spare = spare();
            if spare.len() < MAX_SPARE {
                spare.push(self);
            }
        }
    }

    /// Reports the calls that have not ended although `limit` is over. Whether the job was in a wait.
    pub(crate) fn settle(&self, limit: &SyncLimit) -> bool {
        let waits = self.is_in_a_wait();
        if !waits {
            for OpenCall { admitted_by, words } in self.lock().failed(limit) {
                admitted_by.fail(words);
            }
        }
        waits
    }

    fn is_in_a_wait(&self) -> bool {
        let inner = self.lock();
        let below = inner.below.clone();
        let waits = inner.waits;
        drop(inner);
        waits || below.is_some_and(|below| below.is_in_a_wait())
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// The calls that failed because `limit` is over; each only once.
    fn failed(&mut self, limit: &SyncLimit) -> Vec<OpenCall> {
        let is_failed = |call: &&mut AdmittedCall| !call.is_settled && limit.fails(call.since);
        let failed = self.admitted.iter_mut().filter(is_failed);
        failed
            .map(|admitted| {
                admitted.is_settled = true;
                admitted.call
            })
            .collect()
    }
}

fn spare() -> MutexGuard<'static, Vec<Arc<OpenCalls>>> {
    SPARE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The calls of the job on this thread; there is none any more while a thread ends.
fn current() -> Option<Arc<OpenCalls>> {
    CURRENT.try_with(|current| current.borrow().clone()).ok().flatten()
}

/// Runs a job with this calls.
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

/// Runs a wait that asks nothing of a callee: the pause between attempts, or a place in a queue. If the deadline ends it,
/// the job is taken to be in it for good, since the caller that leaves the job may look later than this.
pub(crate) fn waiting<R>(wait: impl FnOnce() -> R) -> R {
    let _over = noted(|inner, begins| inner.waits = begins || deadline::over().is_some());
    wait()
}

/// Notes that the deadline ended a wait of this thread, or of a job that it waited for.
pub(crate) fn a_wait_ended() {
    dropped::a_wait_ended();
    if let Some(calls) = current() {
        calls.lock().waits = true;
    }
}

/// Runs what waits for another job.
pub(crate) fn waiting_for<R>(job: &Arc<OpenCalls>, wait: impl FnOnce() -> R) -> R {
    let _over = noted(|inner, begins| inner.below = begins.then(|| Arc::clone(job)));
    wait()
}

/// Notes it in the calls of this thread's job, if there is one, until the result is dropped.
fn noted<N: Fn(&mut Inner, bool)>(note: N) -> UndoOnDrop<N> {
    let calls = current();
    if let Some(calls) = &calls {
        note(&mut calls.lock(), true);
    }
    UndoOnDrop { calls, note }
}

struct UndoOnDrop<N: Fn(&mut Inner, bool)> {
    calls: Option<Arc<OpenCalls>>,
    note: N,
}

impl<N: Fn(&mut Inner, bool)> Drop for UndoOnDrop<N> {
    fn drop(&mut self) {
        if let Some(calls) = &self.calls {
            (self.note)(&mut calls.lock(), false);
        }
    }
}

/// A line in a calls.
pub(crate) struct NotedCall(Arc<OpenCalls>);

/// Writes down a call that has just been admitted, if this thread has a calls.
pub(crate) fn admitted(call: OpenCall, since: Instant) -> Option<NotedCall> {
    let calls = current()?;
    calls.lock().admitted.push(AdmittedCall { call, since, is_settled: false });
    Some(NotedCall(calls))
}

impl NotedCall {
    /// Strikes it out: the call has ended. Whether its failure was reported before.
    pub(crate) fn remove(self) -> bool {
        self.0.lock().admitted.pop().is_some_and(|call| call.is_settled)
    }
}
