//! The deadline of the call that runs on this thread: set by the timeouts around it, for all that is below them.
//!
//! An async timeout sets it while it polls its body, so that siblings in a `join!` or `select!` never see each other's;
//! a sync one while its body runs. Both are put back when the body returns or unwinds. Async deadlines are on the clock
//! that a test can pause, sync ones in real time.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use tokio::task::{self, Id};

use crate::core::check::nanos;
use crate::core::clock::{self, Start};
use crate::core::error::Error;
use crate::core::name::Name;
use crate::deadline::limit::{TimeLimit, callee_failed};

/// When the time limit of the call that runs here is over; `None` outside of one.
///
/// It is that of the `#[timeout]`s around the call, of sync and async functions and of
/// [`TimeoutPolicy`](crate::TimeoutPolicy); of limits within limits it is the earliest. A body asks for it to stop by
/// itself, which is all that stops the body of a sync function, or to tell a server how long an answer is waited for.
/// A task that is spawned has its own call stack, and so none of these.
///
/// In an async function it is the same at every point of one poll; a limit of half a second or more is known to the
/// last 50 ms while the body is polled for the first time, and from then on exactly.
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

/// What is left until the [`deadline`]; zero when it is over, `None` where there is none.
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

/// A moment at which a call has to end. From [`deadline`](crate::deadline()).
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
    /// What is left; zero when it is over. Where tokio's clock is paused, that of an async function stands still.
    pub fn remaining(self) -> Duration {
        match self.0 {
            Moment::Clock(at) => Duration::from_nanos(at.saturating_sub(clock::nanos())),
            Moment::Thread(at) => at.saturating_duration_since(Instant::now()),
        }
    }

    /// Whether nothing is left.
    pub fn is_over(self) -> bool {
        self.remaining().is_zero()
    }

    /// The same as a moment of the standard library's clock.
    pub fn instant(self) -> Instant {
        match self.0 {
            Moment::Clock(at) => clock::instant(at).into_std(),
            Moment::Thread(at) => at,
        }
    }
}

thread_local! {
    /// Of the timeouts that poll a body on this thread, the one that ends first.
    static POLLED: Words = const {
        Words { name: Cell::new(None), nanos: Cell::new(0), when: Cell::new(0) }
    };
    /// What was seen before, of each limit within another one, the outermost first.
    static OUTER: RefCell<Vec<AsyncLimit>> = const { RefCell::new(Vec::new()) };
    /// Of the sync timeouts whose body runs on this thread, the one that ends first, and the task it runs in: while the body
    /// drives a runtime, other tasks of that are polled here, too.
    static CALLED: Cell<Option<(SyncLimit, Option<Id>)>> = const { Cell::new(None) };
}

/// A [`AsyncLimit`] word by word: each poll of each timeout writes it, and what needs a clock is found out later.
struct Words {
    /// None outside of all limits; then the others mean nothing.
    name: Cell<Option<Name>>,
    /// Of the limit, and [`SINCE`] if `when` is a start. Known when compiled, as a rule.
    nanos: Cell<u64>,
    when: Cell<u64>,
}

/// No limit has this bit.
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

pub(crate) type Polled = AsyncLimit;
pub(crate) type Called = SyncLimit;

/// A limit whose body is polled.
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
    /// As long after this as the limit lasts: at the first poll nobody may need to know it better.
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

    /// Whether it ends before a limit further out; at the same moment the outer one is first.
    fn ends_before(&self, outer: &Self) -> bool {
        match self.ends {
            // It has only just begun.
            Ends::Since(_) if self.limit.nanos() >= outer.limit.nanos() => false,
            _ => self.at() < outer.at(),
        }
    }
}

/// While it lives, this thread polls the body of a limit. Dropped, also by unwinding, the limit further out is seen again.
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

/// Not inlined, and given words, so that a limit with none around it does not pay for it.
#[cold]
#[inline(never)]
fn within(name: Name, nanos: u64, when: u64) {
    let limit = AsyncLimit::of_words(name, nanos, when);
    let Some(outer) = POLLED.with(Words::get) else { return };
    // While a thread ends, there may be no place left to remember the outer one, which then remains the one that is seen.
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

/// Of an async limit that ends at `at` and those around it, the one that ended first.
pub(crate) fn ended_first(limit: TimeLimit, at: u64) -> TimeLimit {
    match polled() {
        Some(outer) if outer.at() <= at => outer.limit,
        _ => limit,
    }
}

/// A sync limit, which ends at a moment in real time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SyncLimit {
    pub(crate) limit: TimeLimit,
    pub(crate) at: Instant,
}

impl SyncLimit {
    /// That or, if it ends no later, the one around it, async ones included.
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

    /// Whether it speaks against the callee that a call which was admitted then, and is past all waits, has not ended by
    /// the time that this limit is over.
    pub(crate) fn fails(&self, since: Instant) -> bool {
        callee_failed(nanos(self.at.saturating_duration_since(since)), self.limit.nanos())
    }

    /// Runs a body of this limit, which ends no later than those around it.
    pub(crate) fn run<R>(self, body: impl FnOnce() -> R) -> R {
        let _restore = Restore(CALLED.replace(Some((self, task::try_id()))));
        body()
    }
}

/// Sets the outer limit again, also when the body panics.
struct Restore(Option<(SyncLimit, Option<Id>)>);

impl Drop for Restore {
    fn drop(&mut self) {
        CALLED.set(self.0);
    }
}

/// Of all limits around, the one that ends first. An async one in real time, for those who wait in real time.
pub(crate) fn earliest_in_real_time() -> Option<SyncLimit> {
    earliest().map(|(deadline, limit)| SyncLimit { limit, at: real_time(deadline) })
}

/// Whether a sync limit is around, perhaps that of another task.
#[inline]
pub(crate) fn is_called() -> bool {
    CALLED.with(|called| called.get().is_some())
}

/// The sync limit around, if there is one.
pub(crate) fn called() -> Option<SyncLimit> {
    CALLED.get().filter(|(_, task)| *task == task::try_id()).map(|(called, _)| called)
}

/// Whether a limit is around whose body is polled.
#[inline]
pub(crate) fn is_polled() -> bool {
    POLLED.with(|polled| polled.name.get().is_some())
}

/// The async limit around, if there is one and it is none that is absent.
fn polled() -> Option<AsyncLimit> {
    POLLED.with(Words::get).filter(|polled| !polled.limit.is_absent())
}

/// The async limit around, if it is over.
pub(crate) fn over_while_polled() -> Option<TimeLimit> {
    polled().filter(|polled| polled.at() <= clock::nanos()).map(|polled| polled.limit)
}

/// The limit around that ends first, if it is over.
pub(crate) fn over() -> Option<TimeLimit> {
    earliest().filter(|(deadline, _)| deadline.is_over()).map(|(_, limit)| limit)
}

/// Why nothing may begin any more below a timeout, if that is so: its limit is over, or one further out is. The one that
/// ended first is named, whatever its name is and wherever it came from.
#[must_use]
pub fn too_late() -> Option<Error> {
    over().map(TimeLimit::exceeded)
}

fn earliest() -> Option<(Deadline, TimeLimit)> {
    let polled = polled().map(|polled| (Deadline(Moment::Clock(polled.at())), polled.limit));
    let called = called().map(|called| (Deadline(Moment::Thread(called.at)), called.limit));
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
