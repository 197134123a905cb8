//! A call of a function, from its start to its end.
//!
//! While nobody wants [`CallFinished`], a call loads the mask of wanted kinds, and stores and compares a word: nothing reads
//! the clock, and what reports its end is out of line.

use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use crate::core::clock::Stopwatch;
use crate::core::error::{Error, Failure};
use crate::core::name::Name;
use crate::event::call_events::{CallFinished, Outcome};
use crate::event::event::Event;
use crate::event::kinds::Kinds;
use crate::event::listeners::{deliver, is_wanted};

/// A call under way. It is reported by [`end`](Self::end) or, if the call panics or is dropped, by its drop.
///
/// It stays where it is made, and is passed by reference: to move it would take more instructions than all else here.
#[derive(Debug)]
pub struct Call<T: Counts = Tally> {
    /// None if nobody wanted to know how the call ends when it began, or once that is reported.
    begun: Option<Begun>,
    tally: T,
}

/// What is known of a call since its start.
#[derive(Clone, Copy, Debug)]
struct Begun {
    function: Name,
    clock: Stopwatch,
}

/// How a call ended, and whether its callee was called if nothing counts the attempts.
#[derive(Clone, Copy, Debug)]
pub struct Ended {
    outcome: Outcome,
    has_asked: bool,
}

impl Ended {
    /// With a value.
    pub const OK: Self = Self { outcome: Outcome::Success, has_asked: true };
    /// With the function's own error.
    pub const ERROR: Self = Self { outcome: Outcome::Error, has_asked: true };

    /// With a result that is the function's own.
    #[inline]
    pub const fn by_itself(is_ok: bool) -> Self {
        if is_ok { Self::OK } else { Self::ERROR }
    }

    /// With a refusal.
    #[inline]
    pub const fn refused(refusal: &Error) -> Self {
        let kind = refusal.kind();
        Self { outcome: Outcome::Refused(kind), has_asked: kind.has_asked() }
    }

    /// With this outcome of a pipeline.
    #[inline]
    pub const fn with<T, E>(outcome: &Result<T, Failure<E>>) -> Self {
        match outcome {
            Ok(_) => Self::OK,
            Err(Failure::Inner(_)) => Self::ERROR,
            Err(Failure::Refused(refusal)) => Self::refused(refusal),
        }
    }
}

impl Call {
    /// In which nothing counts attempts.
    #[expect(clippy::declare_interior_mutable_const, reason = "each call has its own")]
    pub const UNCOUNTED: Self = Self { begun: None, tally: Tally::UNCOUNTED };
    /// In which attempts are counted.
    #[expect(clippy::declare_interior_mutable_const, reason = "each call has its own")]
    pub const COUNTED: Self = Self { begun: None, tally: Tally::NONE };
}

impl Call<SharedTally> {
    /// Whose attempts may be made on other threads, which the caller may leave.
    pub const SHARED: Self = Self { begun: None, tally: SharedTally(None) };

    /// The call begins. `counts` if something counts attempts.
    #[inline]
    pub fn begin_shared(&mut self, function: Name, counts: bool) {
        if is_wanted(Kinds::CALLS) {
            self.tally = SharedTally::new(counts);
            self.begin_now(function);
        }
    }
}

impl<T: Counts> Call<T> {
    /// The call begins.
    #[inline]
    pub fn begin(&mut self, function: Name) {
        if is_wanted(Kinds::CALLS) {
            self.begin_now(function);
        }
    }

    #[cold]
    #[inline(never)]
    fn begin_now(&mut self, function: Name) {
        self.begun = Some(Begun { function, clock: Stopwatch::start() });
    }

    /// The call has ended.
    #[inline]
    pub fn end(&mut self, ended: Ended) {
        if self.begun.is_some() {
            self.finished(ended);
        }
    }

    /// Something in the call panics.
    #[cold]
    pub(crate) fn unwind(&mut self) {
        self.end(Ended { outcome: Outcome::Panicked, has_asked: true });
    }

    /// The future was dropped, or something in the call panicked. The two differ by whether this thread unwinds.
    #[cold]
    #[inline(never)]
    fn interrupted(&mut self) {
        let outcome = if thread::panicking() { Outcome::Panicked } else { Outcome::Dropped };
        self.finished(Ended { outcome, has_asked: true });
    }

    #[cold]
    #[inline(never)]
    fn finished(&mut self, Ended { outcome, has_asked }: Ended) {
        let Some(Begun { function, clock }) = self.begun.take() else { return };
        let Counted { attempts, fallback } = self.tally.counted(has_asked);
        let elapsed = clock.elapsed();
        deliver(&Event::CallFinished(CallFinished { function, outcome, attempts, elapsed, fallback }));
    }
}

impl<T: Counts> Drop for Call<T> {
    #[inline]
    fn drop(&mut self) {
        if self.begun.is_some() {
            self.interrupted();
        }
    }
}

/// What counts the attempts of a call.
pub trait Counts: fmt::Debug {
    /// An attempt begins. It is the last from now on.
    fn attempt(&self);

    /// A fallback answers the last attempt.
    fn answered(&self);

    /// The same for another thread.
    fn share(&self) -> SharedTally;

    /// What was counted. `has_asked` is whether the callee was called, where nothing counts.
    fn counted(&self, has_asked: bool) -> Counted;
}

/// What was counted in a call.
#[derive(Clone, Copy, Debug)]
pub struct Counted {
    attempts: u32,
    fallback: bool,
}

/// The attempts of a call, and whether a fallback answered the last of them, changed by one thread at a time.
///
/// Relaxed: what polls a future on another thread has synchronised with the last poll.
#[derive(Debug)]
pub struct Tally {
    attempts: AtomicU32,
    /// The last attempt that a fallback answered.
    answered: AtomicU32,
}

/// The attempts where nothing counts them.
const UNCOUNTED: u32 = u32::MAX;
/// Of no attempt.
const UNANSWERED: u32 = u32::MAX - 1;

impl Tally {
    #[expect(clippy::declare_interior_mutable_const, reason = "each call has its own")]
    const NONE: Self = Self { attempts: AtomicU32::new(0), answered: AtomicU32::new(UNANSWERED) };
    #[expect(clippy::declare_interior_mutable_const, reason = "each call has its own")]
    const UNCOUNTED: Self = Self { attempts: AtomicU32::new(UNCOUNTED), answered: AtomicU32::new(UNANSWERED) };
}

impl Counts for Tally {
    #[inline]
    fn attempt(&self) {
        self.attempts.store(self.attempts.load(Ordering::Relaxed).wrapping_add(1), Ordering::Relaxed);
    }

    #[cold]
    fn answered(&self) {
        self.answered.store(self.attempts.load(Ordering::Relaxed), Ordering::Relaxed);
    }

    /// Counts nothing: a call that goes on elsewhere has a shared tally.
    fn share(&self) -> SharedTally {
        SharedTally(None)
    }

    fn counted(&self, has_asked: bool) -> Counted {
        let attempts = self.attempts.load(Ordering::Relaxed);
        let fallback = self.answered.load(Ordering::Relaxed) == attempts;
        Counted { attempts: if attempts == UNCOUNTED { u32::from(has_asked) } else { attempts }, fallback }
    }
}

impl<T: Counts> Counts for Call<T> {
    #[inline]
    fn attempt(&self) {
        self.tally.attempt();
    }

    fn answered(&self) {
        self.tally.answered();
    }

    fn share(&self) -> SharedTally {
        self.tally.share()
    }

    fn counted(&self, has_asked: bool) -> Counted {
        self.tally.counted(has_asked)
    }
}

/// A tally that the threads of a call share; none if nobody reads it.
///
/// Relaxed: whoever waits for another thread to its end has synchronised with it by its result, and whoever leaves at a
/// deadline reads what is known by then.
#[derive(Clone, Debug)]
pub struct SharedTally(Option<Arc<Tally>>);

impl Counts for SharedTally {
    #[inline]
    fn attempt(&self) {
        if let Some(tally) = &self.0 {
            tally.attempts.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[cold]
    fn answered(&self) {
        if let Some(tally) = &self.0 {
            tally.answered();
        }
    }

    fn share(&self) -> SharedTally {
        self.clone()
    }

    fn counted(&self, has_asked: bool) -> Counted {
        self.0.as_ref().map_or(Counted { attempts: 0, fallback: false }, |tally| tally.counted(has_asked))
    }
}

/// Tallies that are not in use, kept so that calls need not allocate one.
static SPARE: Mutex<Vec<Arc<Tally>>> = Mutex::new(Vec::new());

/// As many as there are helper threads without nesting.
const MAX_SPARE: usize = 256;

impl SharedTally {
    #[cold]
    fn new(counts: bool) -> Self {
        let spare = SPARE.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let tally = spare.unwrap_or_else(|| Arc::new(Tally::NONE));
        tally.attempts.store(if counts { 0 } else { UNCOUNTED }, Ordering::Relaxed);
        tally.answered.store(UNANSWERED, Ordering::Relaxed);
        Self(Some(tally))
    }

    /// Keeps the tally for another call, unless a thread of this one still has it.
    #[cold]
    fn close(mut tally: Arc<Tally>) {
        if Arc::get_mut(&mut tally).is_some() {
            let mut spare = SPARE.lock().unwrap_or_else(PoisonError::into_inner);
            if spare.len() < MAX_SPARE {
                spare.push(tally);
            }
        }
    }
}

impl Drop for SharedTally {
    #[inline]
    fn drop(&mut self) {
        if let Some(tally) = self.0.take() {
            Self::close(tally);
        }
    }
}
