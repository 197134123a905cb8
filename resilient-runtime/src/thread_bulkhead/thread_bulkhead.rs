//! A bulkhead with threads of its own: a pool with a name and statistics.

use std::fmt;
use std::thread;

use crate::core::drained::Drains;
use crate::core::error::Error;
use crate::core::live::Live;
use crate::core::name::Name;
use crate::core::shared_state::SharedState;
use crate::core::totals::Totals;
use crate::event::event::Event;
use crate::event::kinds::Kinds;
use crate::event::listeners::report;
use crate::event::refusal_events::{BulkheadFull, FullBecause};
use crate::thread_bulkhead::policy::ThreadBulkheadPolicy;
use crate::thread_pool::{Load, Pool, PoolBounds, PoolSettings};

/// Runs sync bodies on threads of its own, so that neither a runtime nor the caller's thread is held up by what blocks
/// or computes, and so that no more run at a time than there are threads. Callers that wait for a thread are served in
/// the order of arrival, sync and async ones in one queue.
///
/// A body that calls into the bulkhead on whose thread it runs, directly or by way of other threads of this library,
/// runs the inner body in place: it never waits for a thread that its own caller holds. Deadlines and the tokio runtime
/// of the caller go along to the thread, which is named after the bulkhead.
///
/// Threads are made when they are needed, and end after [`keep_alive`](ThreadBulkheadPolicy::keep_alive) without work,
/// or after their last body once the bulkhead is dropped. The child of a `fork` makes threads of its own.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::{ThreadBulkhead, ThreadBulkheadPolicy};
///
/// let images = ThreadBulkhead::new("images", ThreadBulkheadPolicy::new(4).max_queue(100));
/// let name = images
///     .call(|| Ok::<_, std::io::Error>(std::thread::current().name().map(str::to_owned)));
/// assert_eq!(name.unwrap().as_deref(), Some("images"));
/// assert_eq!(images.stats().finished, 1);
/// ```
pub struct ThreadBulkhead {
    name: Name,
    policy: Live<ThreadBulkheadPolicy>,
    pub(super) pool: Pool,
    totals: Totals<5>,
}

/// The words of the totals.
const SUBMITTED: usize = 0;
const FINISHED: usize = 1;
const PANICKED: usize = 2;
const REJECTED: usize = 3;
const ABANDONED: usize = 4;

/// Totals of a [`ThreadBulkhead`] since it was made. From [`ThreadBulkhead::stats`].
///
/// Each call is counted once when it comes, and once when it ends for its caller: `submitted` is the sum of the others
/// and of the calls whose callers wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ThreadStats {
    /// Calls, also those that were refused.
    pub submitted: u64,
    /// Calls whose body returned, also with an error.
    pub finished: u64,
    /// Calls whose body panicked.
    pub panicked: u64,
    /// Calls that were refused: there was no room, no thread within `max_wait`, or a shutdown had begun.
    pub rejected: u64,
    /// Calls whose caller left before the end, because it was dropped or because its deadline came. A body that had not
    /// begun never begins; one that had runs on unseen, and is among the [`busy`](ThreadBulkhead::busy) until it ends.
    pub abandoned: u64,
}

impl ThreadBulkhead {
    /// Makes a bulkhead that is not in the registry. `name` appears in its refusals, and is the name of its threads.
    ///
    /// # Panics
    ///
    /// In debug builds if the name is empty.
    pub fn new(name: &str, policy: ThreadBulkheadPolicy) -> Self {
        debug_assert!(!name.is_empty(), "a name cannot be empty");
        Self::named(Name::intern(name), policy)
    }

    pub(crate) fn named(name: Name, policy: ThreadBulkheadPolicy) -> Self {
        let pool = Pool::new(PoolSettings { name: name.as_str(), bounds: bounds(&policy) });
        Self { name, policy: Live::new(policy), pool, totals: Totals::sharded() }
    }

    /// Changes its settings: with more threads, calls that wait run at once; with fewer, those that run go on, and no
    /// other begins until enough have ended.
    #[cfg(feature = "config")]
    pub(crate) fn change_policy(&self, policy: ThreadBulkheadPolicy) {
        self.policy.replace(|known| *known == policy, || policy);
        self.pool.change(bounds(&policy));
    }

    /// Its name, or the path of the only function that uses it.
    pub const fn name(&self) -> Name {
        self.name
    }

    /// Its settings.
    pub fn policy(&self) -> ThreadBulkheadPolicy {
        *self.policy.get()
    }

    /// How many calls it holds at a time: one for each thread, and those that may wait.
    pub fn capacity(&self) -> usize {
        let policy = self.policy();
        policy.most_running().saturating_add(policy.most_waiting())
    }

    /// How many more calls it would admit now; zero once a [`shutdown`](Self::shutdown) has begun.
    pub fn available_capacity(&self) -> usize {
        let Load { busy, queued, is_closed, .. } = self.pool.load();
        if is_closed { 0 } else { self.capacity().saturating_sub(busy + queued) }
    }

    /// The threads that run a body now, also one whose caller has left.
    pub fn busy(&self) -> usize {
        self.pool.load().busy
    }

    /// So many bodies run at a time.
    pub(crate) fn places(&self) -> usize {
        self.pool.places()
    }

    /// The calls that wait for a thread now.
    pub fn queued(&self) -> usize {
        self.pool.load().queued
    }

    /// Totals since it was made.
    pub fn stats(&self) -> ThreadStats {
        // The ends first: a call that comes in between is counted as one whose caller waits.
        let [finished, panicked, rejected, abandoned] =
            [FINISHED, PANICKED, REJECTED, ABANDONED].map(|word| self.totals.sum(word));
        ThreadStats { submitted: self.totals.sum(SUBMITTED), finished, panicked, rejected, abandoned }
    }

    /// How long a call waits for a thread at most.
    pub(super) fn longest_wait(&self) -> Option<std::time::Duration> {
        self.policy().longest_wait()
    }

    fn refusal(&self, because: FullBecause) -> Error {
        let (name, is_closed) = (self.name, self.pool.load().is_closed);
        let limit = if is_closed { 0 } else { self.policy().most_running() };
        let because = if is_closed { FullBecause::ShutDown } else { because };
        report(Kinds::REFUSALS, || Event::BulkheadFull(BulkheadFull { name, limit, because }));
        Error::BulkheadFull { name, limit }
    }
}

impl fmt::Debug for ThreadBulkhead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Load { busy, queued, .. } = self.pool.load();
        let debug = &mut f.debug_struct("ThreadBulkhead");
        debug.field("name", &self.name).field("policy", &self.policy()).field("busy", &busy).field("queued", &queued);
        debug.finish_non_exhaustive()
    }
}

impl SharedState for ThreadBulkhead {
    type Policy = ThreadBulkheadPolicy;
    const KIND: &'static str = "bulkhead with threads";

    fn make(name: Name, policy: ThreadBulkheadPolicy) -> Self {
        Self::named(name, policy)
    }

    fn made_with(&self) -> ThreadBulkheadPolicy {
        *self.policy.first()
    }

    /// The body of a call is written for another thread, so it still leaves that of its caller.
    #[cfg(feature = "config")]
    fn passing(name: Name) -> Self {
        Self::named(name, ThreadBulkheadPolicy::PASSING)
    }

    fn settings(policy: &ThreadBulkheadPolicy) -> Vec<(&'static str, String)> {
        policy.settings()
    }

    fn close(&self) {
        Drains::close(self);
    }
}

fn bounds(policy: &ThreadBulkheadPolicy) -> PoolBounds {
    PoolBounds { threads: policy.most_running(), max_queue: policy.most_waiting(), keep_alive: policy.kept_alive() }
}

/// A call whose caller waits. Dropping it counts the call as one whose caller has left.
pub(super) struct Call<'a> {
    bulkhead: &'a ThreadBulkhead,
    ends_as: usize,
}

impl<'a> Call<'a> {
    pub(super) fn submitted(bulkhead: &'a ThreadBulkhead) -> Self {
        bulkhead.totals.add_one(SUBMITTED);
        Self { bulkhead, ends_as: ABANDONED }
    }

    /// There was no room.
    pub(super) fn refused(self) -> Error {
        let may_wait = self.bulkhead.policy().most_waiting() > 0;
        self.refused_because(if may_wait { FullBecause::QueueFull } else { FullBecause::NoSlot })
    }

    /// Its body had not begun within `max_wait`.
    pub(super) fn waited_too_long(self) -> Error {
        self.refused_because(FullBecause::WaitedTooLong)
    }

    fn refused_because(mut self, because: FullBecause) -> Error {
        self.ends_as = REJECTED;
        self.bulkhead.refusal(because)
    }

    /// The value of its body, or the panic of it, which goes on. `None` if the body did not begin before the deadline.
    pub(super) fn ended<T>(mut self, result: thread::Result<Option<T>>) -> Option<T> {
        match result {
            Ok(None) => None,
            Ok(value) => {
                self.ends_as = FINISHED;
                value
            }
            Err(panic) => {
                self.ends_as = PANICKED;
                drop(self);
                std::panic::resume_unwind(panic)
            }
        }
    }

    /// Runs the body on this thread.
    pub(super) fn in_place<T>(mut self, body: impl FnOnce() -> T) -> T {
        self.ends_as = PANICKED;
        let value = body();
        self.ends_as = FINISHED;
        value
    }
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        self.bulkhead.totals.add_one(self.ends_as);
    }
}
