//! The calls that guards have admitted on a helper thread, so that a caller which leaves its job at the deadline can report
//! the failures to the guards below the limit, without waiting for the job.

use std::cell::RefCell;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::deadline::current::{self as deadline, Called};
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
pub(crate) struct Ledger(Mutex<Page>);

#[derive(Debug, Default)]
struct Page {
    /// In the order of admission; on one thread, they end in reverse.
    admitted: Vec<Admitted>,
    /// The job's thread is in a wait of ours: between attempts, or for a slot.
    waits: bool,
    /// The job waits for another one, which has a limit of its own.
    below: Option<Arc<Ledger>>,
}

#[derive(Clone, Copy, Debug)]
struct Admitted {
    call: OpenCall,
    since: Instant,
    /// Its failure was reported at the deadline.
    is_settled: bool,
}

thread_local! {
    /// That of the job on this thread.
    static CURRENT: RefCell<Option<Arc<Ledger>>> = const { RefCell::new(None) };
}

/// Ledgers that are not in use, so that a call allocates none once there are enough.
static SPARE: Mutex<Vec<Arc<Ledger>>> = Mutex::new(Vec::new());

/// No more calls than there are helper threads have a use for one.
const MAX_SPARE: usize = 256;

impl Ledger {
    /// One for a job.
    pub(crate) fn open() -> Arc<Self> {
        spare().pop().unwrap_or_default()
    }

    /// Keeps it for another job, if this one has ended.
    pub(crate) fn close(mut self: Arc<Self>) {
        if let Some(ledger) = Arc::get_mut(&mut self) {
            ledger.page().waits = false;
            let mut spare = spare();
            if spare.len() < MAX_SPARE {
                spare.push(self);
            }
        }
    }

    /// Reports the calls that have not ended although `limit` is over. Whether the job was in a wait.
    pub(crate) fn settle(&self, limit: &Called) -> bool {
        let waits = self.is_in_a_wait();
        if !waits {
            for OpenCall { admitted_by, words } in self.page().failed(limit) {
                admitted_by.fail(words);
            }
        }
        waits
    }

    fn is_in_a_wait(&self) -> bool {
        let page = self.page();
        let below = page.below.clone();
        let waits = page.waits;
        drop(page);
        waits || below.is_some_and(|below| below.is_in_a_wait())
    }

    fn page(&self) -> MutexGuard<'_, Page> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Page {
    /// The calls that failed because `limit` is over; each only once.
    fn failed(&mut self, limit: &Called) -> Vec<OpenCall> {
        let is_failed = |call: &&mut Admitted| !call.is_settled && limit.fails(call.since);
        let failed = self.admitted.iter_mut().filter(is_failed);
        failed
            .map(|admitted| {
                admitted.is_settled = true;
                admitted.call
            })
            .collect()
    }
}

fn spare() -> MutexGuard<'static, Vec<Arc<Ledger>>> {
    SPARE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The ledger of the job on this thread; there is none any more while a thread ends.
fn current() -> Option<Arc<Ledger>> {
    CURRENT.try_with(|current| current.borrow().clone()).ok().flatten()
}

/// Runs a job with this ledger.
pub(crate) fn with<R>(ledger: Arc<Ledger>, job: impl FnOnce() -> R) -> R {
    let _put_back = PutBack(CURRENT.replace(Some(ledger)));
    job()
}

struct PutBack(Option<Arc<Ledger>>);

impl Drop for PutBack {
    fn drop(&mut self) {
        CURRENT.replace(self.0.take());
    }
}

/// Runs a wait that asks nothing of a callee: the pause between attempts, or a place in a queue. If the deadline ends it,
/// the job is taken to be in it for good, since the caller that leaves the job may look later than this.
pub(crate) fn waiting<R>(wait: impl FnOnce() -> R) -> R {
    let _over = noted(|page, begins| page.waits = begins || deadline::over().is_some());
    wait()
}

/// Notes that the deadline ended a wait of this thread, or of a job that it waited for.
pub(crate) fn a_wait_ended() {
    dropped::a_wait_ended();
    if let Some(ledger) = current() {
        ledger.page().waits = true;
    }
}

/// Runs what waits for another job.
pub(crate) fn waiting_for<R>(job: &Arc<Ledger>, wait: impl FnOnce() -> R) -> R {
    let _over = noted(|page, begins| page.below = begins.then(|| Arc::clone(job)));
    wait()
}

/// Notes it in the ledger of this thread's job, if there is one, until the result is dropped.
fn noted<N: Fn(&mut Page, bool)>(note: N) -> Noted<N> {
    let ledger = current();
    if let Some(ledger) = &ledger {
        note(&mut ledger.page(), true);
    }
    Noted { ledger, note }
}

struct Noted<N: Fn(&mut Page, bool)> {
    ledger: Option<Arc<Ledger>>,
    note: N,
}

impl<N: Fn(&mut Page, bool)> Drop for Noted<N> {
    fn drop(&mut self) {
        if let Some(ledger) = &self.ledger {
            (self.note)(&mut ledger.page(), false);
        }
    }
}

/// A line in a ledger.
pub(crate) struct Line(Arc<Ledger>);

/// Writes down a call that has just been admitted, if this thread has a ledger.
pub(crate) fn admitted(call: OpenCall, since: Instant) -> Option<Line> {
    let ledger = current()?;
    ledger.page().admitted.push(Admitted { call, since, is_settled: false });
    Some(Line(ledger))
}

impl Line {
    /// Strikes it out: the call has ended. Whether its failure was reported before.
    pub(crate) fn strike_out(self) -> bool {
        self.0.page().admitted.pop().is_some_and(|call| call.is_settled)
    }
}
