//! The async limits whose bodies are polled on this thread.
//!
//! A limit sets the deadline while its body is polled, so that siblings in a `join!` or `select!` do not see each
//! other's. The outer deadline is restored when the poll returns or unwinds.

use std::cell::{Cell, RefCell};

use crate::core::clock::{self, Start};
use crate::core::name::Name;
use crate::deadline::called::{SyncLimit, sync_limit};
use crate::deadline::limit::TimeLimit;

thread_local! {
    /// The async limit that ends first of those whose body is polled on this thread.
    static POLLED: Words = const {
        Words { name: Cell::new(None), nanos: Cell::new(0), when: Cell::new(0) }
    };
    /// What `POLLED` held before, for each limit that is nested in another, the outermost first.
    static OUTER: RefCell<Vec<AsyncLimit>> = const { RefCell::new(Vec::new()) };
}

/// An [`AsyncLimit`] as separate words: each poll of each timeout stores them, and a clock is read only when one is
/// needed.
struct Words {
    /// `None` outside of all limits; then the other cells mean nothing.
    name: Cell<Option<Name>>,
    /// The length of the limit, with the bit [`SINCE`] if `when` is a start, and [`GIVEN`] if the limit was given.
    nanos: Cell<u64>,
    when: Cell<u64>,
}

/// The name of a limit that is absent, which nobody reads.
const NOBODY: Name = Name::new(&"no limit");

/// Two bits that no limit uses.
const SINCE: u64 = 1 << 63;
const GIVEN: u64 = 1 << 62;

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
    /// On the clock's fine scale. A timeout around drops what is below it then.
    At(u64),
    /// The same of a deadline that was given and is enforced by nothing around: the policies below end with it
    /// themselves.
    Given(u64),
    /// So long after this start as the limit lasts. Used at the first poll, at which most calls end without needing the
    /// moment.
    Since(Start),
}

impl AsyncLimit {
    #[inline]
    pub(crate) const fn words(self) -> (Name, u64, u64) {
        let (bit, when) = match self.ends {
            Ends::At(at) => (0, at),
            Ends::Given(at) => (GIVEN, at),
            Ends::Since(start) => (SINCE, start.word()),
        };
        (self.limit.name(), self.limit.nanos() | bit, when)
    }

    pub(crate) const fn of_words(name: Name, nanos: u64, when: u64) -> Self {
        let ends = match nanos & (SINCE | GIVEN) {
            0 => Ends::At(when),
            GIVEN => Ends::Given(when),
            _ => Ends::Since(Start::of_word(when)),
        };
        Self { limit: TimeLimit::from_parts(name, nanos & !(SINCE | GIVEN)), ends }
    }

    pub(crate) const fn is_given(&self) -> bool {
        matches!(self.ends, Ends::Given(_))
    }

    pub(crate) fn at(&self) -> u64 {
        match self.ends {
            Ends::At(at) | Ends::Given(at) => at,
            Ends::Since(start) => start.after(self.limit.duration()),
        }
    }

    /// Whether it ends before a limit further out; if they end at the same moment, the outer one counts.
    pub(crate) fn ends_before(&self, outer: &Self) -> bool {
        match self.ends {
            _ if outer.limit.is_absent() => !self.limit.is_absent(),
            // It began just now, and the outer one before.
            Ends::Since(_) if self.limit.nanos() >= outer.limit.nanos() => false,
            _ => self.at() < outer.at(),
        }
    }

    /// What holds below this limit instead of the one further out. A timeout also enforces a deadline that was given.
    fn replaces(self, outer: &Self) -> Option<Self> {
        match (self.ends, outer.ends) {
            _ if self.ends_before(outer) => Some(self),
            (Ends::At(_) | Ends::Since(_), Ends::Given(at)) if !self.limit.is_absent() => {
                Some(Self { limit: outer.limit, ends: Ends::At(at) })
            }
            _ => None,
        }
    }

    /// The limit around that is over when this one begins: the one further out, or a sync one.
    fn begins_after(&self, outer: &Self) -> Option<TimeLimit> {
        let Ends::Since(start) = self.ends else { return None };
        let may_be_over = !outer.limit.is_absent() && start.may_be_at(self.limit.duration(), outer.earliest());
        if may_be_over && outer.at() <= clock::nanos() {
            return Some(outer.limit);
        }
        sync_limit().filter(SyncLimit::is_over).map(|called| called.limit)
    }

    /// The end, or a moment before it where to know it takes a look at the clock.
    fn earliest(&self) -> u64 {
        match self.ends {
            Ends::At(at) | Ends::Given(at) => at,
            Ends::Since(start) => start.earliest_after(self.limit.duration()),
        }
    }
}

/// While this exists, the thread polls the body of a limit. Its drop restores the limit further out, also while
/// unwinding.
pub(crate) struct Polling {
    is_within: bool,
}

impl Polling {
    /// Begins to poll the body of a timeout.
    ///
    /// # Errors
    ///
    /// The limit around that is over already, if this is the first poll.
    #[inline]
    pub(crate) fn body_of(limit: AsyncLimit) -> Result<Self, TimeLimit> {
        let (name, nanos, when) = limit.words();
        let is_within = has_async_limit();
        if !is_within {
            POLLED.with(|polled| polled.set(name, nanos, when));
        } else if let Some(over) = within(name, nanos, when) {
            return Err(over);
        }
        Ok(Self { is_within })
    }

    /// Polls what is below a limit that was asked of [`over_before`] when it began.
    #[inline]
    pub(crate) fn below(limit: AsyncLimit) -> Self {
        let (name, nanos, when) = limit.words();
        let is_within = has_async_limit();
        if is_within {
            nest(limit);
        } else {
            POLLED.with(|polled| polled.set(name, nanos, when));
        }
        Self { is_within }
    }

    /// Begins to poll what was given a deadline. Nothing refuses that.
    pub(crate) fn given(limit: TimeLimit, at: u64) -> Option<Self> {
        Self::body_of(AsyncLimit { limit, ends: Ends::Given(at) }).ok()
    }

    /// Without a limit, so that async limits below know that something is around them.
    pub(crate) fn without_limit() -> Option<Self> {
        Self::given(TimeLimit::absent(NOBODY), u64::MAX)
    }
}

/// Not inlined, and with words as arguments, to keep the path of a limit that is not nested small.
#[cold]
#[inline(never)]
fn within(name: Name, nanos: u64, when: u64) -> Option<TimeLimit> {
    let limit = AsyncLimit::of_words(name, nanos, when);
    let over = over_before(&limit);
    if over.is_none() {
        nest(limit);
    }
    over
}

/// The limit around that is over already when this one begins.
pub(crate) fn over_before(limit: &AsyncLimit) -> Option<TimeLimit> {
    limit.begins_after(&POLLED.with(Words::get)?)
}

/// Puts a limit in place of the one further out, which is remembered.
fn nest(limit: AsyncLimit) {
    let Some(outer) = POLLED.with(Words::get) else { return };
    // While a thread ends, `OUTER` may be gone; then the outer limit stays in place.
    let is_remembered = OUTER.try_with(|others| others.borrow_mut().push(outer)).is_ok();
    if let Some(AsyncLimit { limit, ends }) = limit.replaces(&outer).filter(|_| is_remembered) {
        let (name, nanos, when) = AsyncLimit { limit, ends }.words();
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

/// Whether there is an async limit around.
#[inline]
pub(crate) fn has_async_limit() -> bool {
    POLLED.with(|polled| polled.name.get().is_some())
}

/// The async limit around, unless it is absent.
pub(crate) fn async_limit() -> Option<AsyncLimit> {
    POLLED.with(Words::get).filter(|polled| !polled.limit.is_absent())
}

/// The async limit around, if it has expired and a timeout around is about to drop what is below.
pub(crate) fn expired_async_limit() -> Option<TimeLimit> {
    let enforced = async_limit().filter(|polled| !polled.is_given());
    enforced.filter(|polled| polled.at() <= clock::nanos()).map(|polled| polled.limit)
}
