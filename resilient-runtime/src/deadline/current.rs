//! The deadline of the call that runs on this thread. The timeouts around the call set it for all code below them.
//!
//! An async timeout sets it while it polls its body, so that siblings in a `join!` or `select!` do not see each
//! other's; a sync one while its body runs. The outer deadline is restored when the body returns or unwinds. Async
//! deadlines are on the clock that a test can pause, sync ones in real time.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use tokio::task::{self, Id};

use crate::core::check::nanos;
use crate::core::clock::{self, Start};
use crate::core::error::Error;
use crate::core::name::Name;
use crate::deadline::limit::{TimeLimit, callee_failed};

/// The deadline of the call that runs on this thread; `None` if it has no time limit.
///
/// Limits are set by `#[timeout]`s around the call, of sync and async functions, and by
/// [`TimeoutPolicy`](crate::TimeoutPolicy); of nested limits this is the earliest. A body uses it to stop in time,
/// which is all that can stop the body of a sync function, or to send a server the time that is left. A spawned task
/// has none, because it runs outside of the caller's call stack.
///
/// In an async function the deadline is the same throughout one poll. While the body is polled for the first time, that
/// of a limit of half a second or more is exact to 50 ms; from then on it is exact.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::{TimeoutPolicy, deadline};
/// use std::time::Duration;
///
/// let limit = TimeoutPolicy::new(Duration::from_secs(2));
/// assert!(limit.call_cooperative(|| Ok::<_, ()>(deadline().is_some_and(|deadline| !deadline.is_over()))).unwrap());
/// assert_eq!(deadline(), None);
/// ```
pub fn deadline() -> Option<Deadline> {
    earliest().map(|(deadline, _)| deadline)
}

/// The time left until the [`deadline`]: zero when it is over, `None` if there is none.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::TimeoutPolicy;
/// use std::time::Duration;
///
/// let limit = TimeoutPolicy::new(Duration::from_secs(2));
/// let left = limit.call_cooperative(|| Ok::<_, ()>(resilient::remaining())).unwrap();
/// assert!(left.is_some_and(|left| left <= Duration::from_secs(2)));
/// ```
pub fn remaining() -> Option<Duration> {
    deadline().map(Deadline::remaining)
}

/// The moment at which a call has to end. From [`deadline`](crate::deadline()).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline(Moment);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moment {
    /// In nanoseconds on the clock that a test can pause.
    Clock(u64),
    /// In real time.
    Thread(Instant),
}

impl Deadline {
    /// The time left, or zero when it is over. While tokio's clock is paused, that of an async limit does not change.
    pub fn remaining(self) -> Duration {
        match self.0 {
            Moment::Clock(at) => Duration::from_nanos(at.saturating_sub(clock::nanos())),
            Moment::Thread(at) => at.saturating_duration_since(Instant::now()),
        }
    }

    /// Whether no time is left.
    pub fn is_over(self) -> bool {
        self.remaining().is_zero()
    }

    /// The deadline as an instant of the standard library.
    pub fn instant(self) -> Instant {
        match self.0 {
            Moment::Clock(at) => clock::instant(at).into_std(),
            Moment::Thread(at) => at,
        }
    }
}

thread_local! {
    /// The async limit that ends first of those whose body is polled on this thread.
    static POLLED: Words = const {
        Words { name: Cell::new(None), nanos: Cell::new(0), when: Cell::new(0) }
    };
    /// What `POLLED` held before, for each limit that is nested in another, the outermost first.
    static OUTER: RefCell<Vec<AsyncLimit>> = const { RefCell::new(Vec::new()) };
    /// The sync limit that ends first of those whose body runs on this thread, and the task that it was set in: a body
    /// that drives a runtime also polls other tasks on this thread, to which the limit does not apply.
    static CALLED: Cell<Option<(SyncLimit, Option<Id>)>> = const { Cell::new(None) };
}

/// An [`AsyncLimit`] as separate words: each poll of each timeout stores them, and a clock is read only when one is
/// needed.
struct Words {
    /// `None` outside of all limits; then the other cells mean nothing.
    name: Cell<Option<Name>>,
    /// The length of the limit, with the bit [`SINCE`] if `when` is a start.
    nanos: Cell<u64>,
    when: Cell<u64>,
}

/// A bit that no limit uses.
const SINCE: u64 = 1 << 63;

impl Words {
    #[inline]
    fn set(&self, name: Name, nanos: u64, when: u64) {
        self.name.set(Some(name));
        self.nanos.set(nanos);
        self.when.set(when);
    }

    fn get(&self) -> Option<AsyncLimit> {
        Some(AsyncLimit::of_words(self.name.get()?, self.nanos.get(), self.when.get()))
    }
}

/// An async limit, whose body is polled.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AsyncLimit {
    pub(crate) limit: TimeLimit,
    pub(crate) ends: Ends,
}

/// When an async limit ends.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ends {
    /// On the clock's fine scale.
    At(u64),
    /// So long after this start as the limit lasts. Used at the first poll, at which most calls end without needing the
    /// moment.
    Since(Start),
}

impl AsyncLimit {
    #[inline]
    const fn words(self) -> (Name, u64, u64) {
        let (bit, when) = match self.ends {
            Ends::At(at) => (0, at),
            Ends::Since(start) => (SINCE, start.word()),
        };
        (self.limit.name(), self.limit.nanos() | bit, when)
    }

    const fn of_words(name: Name, nanos: u64, when: u64) -> Self {
        let ends = if nanos & SINCE == 0 { Ends::At(when) } else { Ends::Since(Start::of_word(when)) };
        Self { limit: TimeLimit::from_parts(name, nanos & !SINCE), ends }
    }

    fn at(&self) -> u64 {
        match self.ends {
            Ends::At(at) => at,
            Ends::Since(start) => start.after(self.limit.duration()),
        }
    }

    /// Whether it ends before a limit further out; if they end at the same moment, the outer one counts.
    fn ends_before(&self, outer: &Self) -> bool {
        match self.ends {
            // It began just now, and the outer one before.
            Ends::Since(_) if self.limit.nanos() >= outer.limit.nanos() => false,
            _ => self.at() < outer.at(),
        }
    }
}

/// While this exists, the thread polls the body of a limit. Its drop restores the limit further out, also while
/// unwinding.
pub(crate) struct Polling {
    is_within: bool,
}

impl Polling {
    #[inline]
    pub(crate) fn body_of(limit: AsyncLimit) -> Self {
        let (name, nanos, when) = limit.words();
        let is_within = POLLED.with(|polled| {
            let is_within = polled.name.get().is_some();
            if !is_within {
                polled.set(name, nanos, when);
            }
            is_within
        });
        if is_within {
            within(name, nanos, when);
        }
        Self { is_within }
    }
}

/// Not inlined, and with words as arguments, to keep the path of a limit that is not nested small.
#[cold]
#[inline(never)]
fn within(name: Name, nanos: u64, when: u64) {
    let limit = AsyncLimit::of_words(name, nanos, when);
    let Some(outer) = POLLED.with(Words::get) else { return };
    // While a thread ends, `OUTER` may be gone; then the outer limit stays in place.
    let is_remembered = OUTER.try_with(|others| others.borrow_mut().push(outer)).is_ok();
    if is_remembered && limit.ends_before(&outer) {
        POLLED.with(|polled| polled.set(name, nanos, when));
    }
}

impl Drop for Polling {
    #[inline]
    fn drop(&mut self) {
        if self.is_within {
            restore_outer();
        } else {
            POLLED.with(|polled| polled.name.set(None));
        }
    }
}

#[cold]
#[inline(never)]
fn restore_outer() {
    if let Ok(Some(outer)) = OUTER.try_with(|others| others.borrow_mut().pop()) {
        let (name, nanos, when) = outer.words();
        POLLED.with(|polled| polled.set(name, nanos, when));
    }
}

/// The limit that ended first: this one, which ends at `at`, or one further out.
pub(crate) fn first_expired(limit: TimeLimit, at: u64) -> TimeLimit {
    match async_limit() {
        Some(outer) if outer.at() <= at => outer.limit,
        _ => limit,
    }
}

/// A sync limit and its deadline in real time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SyncLimit {
    pub(crate) limit: TimeLimit,
    pub(crate) at: Instant,
}

impl SyncLimit {
    /// This limit, or the one around it (sync or async) if that ends no later.
    pub(crate) fn within_others(self) -> Self {
        match earliest() {
            Some((deadline, limit)) => {
                let outer = Self { limit, at: real_time(deadline) };
                if outer.at <= self.at { outer } else { self }
            }
            None => self,
        }
    }

    pub(crate) fn is_over(&self) -> bool {
        self.left().is_zero()
    }

    pub(crate) fn left(&self) -> Duration {
        self.at.saturating_duration_since(Instant::now())
    }

    /// Whether a call that was admitted at `since` and has not ended at this deadline counts as a failure of the
    /// callee.
    pub(crate) fn fails(&self, since: Instant) -> bool {
        callee_failed(nanos(self.at.saturating_duration_since(since)), self.limit.nanos())
    }

    /// Runs a body below this limit, which ends no later than those around it.
    pub(crate) fn run<R>(self, body: impl FnOnce() -> R) -> R {
        let _restore = Restore(CALLED.replace(Some((self, task::try_id()))));
        body()
    }
}

/// Restores the outer limit, also when the body panics.
struct Restore(Option<(SyncLimit, Option<Id>)>);

impl Drop for Restore {
    fn drop(&mut self) {
        CALLED.set(self.0);
    }
}

/// The limit around that ends first, converted to real time if it is async.
pub(crate) fn earliest_in_real_time() -> Option<SyncLimit> {
    earliest().map(|(deadline, limit)| SyncLimit { limit, at: real_time(deadline) })
}

/// Whether there is a sync limit around, perhaps that of another task.
#[inline]
pub(crate) fn has_sync_limit() -> bool {
    CALLED.with(|called| called.get().is_some())
}

/// The sync limit around the current task, if there is one.
pub(crate) fn sync_limit() -> Option<SyncLimit> {
    CALLED.get().filter(|(_, task)| *task == task::try_id()).map(|(called, _)| called)
}

/// Whether there is an async limit around.
#[inline]
pub(crate) fn has_async_limit() -> bool {
    POLLED.with(|polled| polled.name.get().is_some())
}

/// The async limit around, unless it is absent.
fn async_limit() -> Option<AsyncLimit> {
    POLLED.with(Words::get).filter(|polled| !polled.limit.is_absent())
}

/// The async limit around, if it has expired.
pub(crate) fn expired_async_limit() -> Option<TimeLimit> {
    async_limit().filter(|polled| polled.at() <= clock::nanos()).map(|polled| polled.limit)
}

/// The limit around that ends first, if it has expired.
pub(crate) fn expired() -> Option<TimeLimit> {
    earliest().filter(|(deadline, _)| deadline.is_over()).map(|(_, limit)| limit)
}

/// The refusal of the limit around that ended first, if one has expired: then nothing may begin any more below it.
#[must_use]
pub fn too_late() -> Option<Error> {
    expired().map(TimeLimit::exceeded)
}

fn earliest() -> Option<(Deadline, TimeLimit)> {
    let polled = async_limit().map(|polled| (Deadline(Moment::Clock(polled.at())), polled.limit));
    let called = sync_limit().map(|called| (Deadline(Moment::Thread(called.at)), called.limit));
    match (polled, called) {
        (Some(polled), Some(called)) => Some(if polled.0.remaining() < called.0.remaining() { polled } else { called }),
        (one, other) => one.or(other),
    }
}

fn real_time(deadline: Deadline) -> Instant {
    match deadline.0 {
        Moment::Thread(at) => at,
        Moment::Clock(_) => Instant::now() + deadline.remaining(),
    }
}
