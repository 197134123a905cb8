//! The jobs within which code runs: the job of this thread, and those that wait for it, in this pool or in others.
//!
//! A job of one pool may call into a second one whose job calls into the first again. The third job is an inner one of
//! the first, though it runs on another thread: it may not wait for a place that the first one holds.

use std::cell::RefCell;
use std::mem;

use crate::core::sync::thread_local;
use crate::thread_pool::places::Seat;
use crate::thread_pool::pool::ProcessId;
use crate::thread_pool::pool_id::PoolId;

/// A job that has a seat in a pool.
#[derive(Clone, Copy, Debug)]
pub(super) struct Within {
    pub(super) pool: PoolId,
    /// A forked child has the memory of its parent's threads, but none of these jobs.
    pub(super) process: ProcessId,
    pub(super) seat: Seat,
}

/// For each pool the innermost of its jobs within which code runs.
#[derive(Clone, Debug)]
pub(super) struct Withins {
    /// The job on this thread.
    nearest: Option<Within>,
    /// It had to wait for its place.
    has_waited: bool,
    /// Those of other pools that wait for it. Mostly none, so that nothing is allocated.
    others: Vec<Within>,
}

thread_local! {
    #[allow(clippy::missing_const_for_thread_local, reason = "those of loom cannot be constant")]
    static HERE: RefCell<Withins> = RefCell::new(Withins::none());
}

impl Withins {
    const fn none() -> Self {
        Self { nearest: None, has_waited: false, others: Vec::new() }
    }

    /// Those of the code on this thread; none while the thread ends.
    pub(super) fn here() -> Self {
        HERE.try_with(|here| here.borrow().clone()).unwrap_or(Self::none())
    }

    /// The innermost job of this pool within which the code on this thread runs.
    pub(super) fn of(pool: PoolId, process: ProcessId) -> Option<Seat> {
        let find = |here: &RefCell<Self>| {
            let here = here.borrow();
            let found = here.nearest.iter().chain(&here.others).find(|within| within.pool == pool).copied();
            found.filter(|within| within.process == process).map(|within| within.seat)
        };
        HERE.try_with(find).ok().flatten()
    }

    /// Those of a job for which these wait, on this thread, as long as the result lives. `has_waited` if the job had to
    /// wait for its place.
    pub(super) fn enter(mut self, job: Within, has_waited: bool) -> Entered {
        self.has_waited = has_waited;
        if let Some(outer) = self.nearest.replace(job).filter(|outer| outer.pool != job.pool) {
            self.others.push(outer);
        }
        self.others.retain(|outer| outer.pool != job.pool);
        HERE.with(|here| here.replace(self));
        Entered
    }
}

/// Whether the job on this thread had to wait for its place.
pub(crate) fn has_waited() -> bool {
    HERE.try_with(|here| here.borrow().has_waited).unwrap_or(false)
}

/// Code on this thread runs within a job. Its drop ends that, also while unwinding.
pub(super) struct Entered;

impl Drop for Entered {
    fn drop(&mut self) {
        // A thread of a pool runs within nothing between two jobs.
        drop(HERE.try_with(|here| mem::replace(&mut *here.borrow_mut(), Withins::none())));
    }
}
