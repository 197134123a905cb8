//! A call of a function, from its start to its end.
//!
//! While nobody wants [`CallFinished`], a call is one load of the mask of wanted kinds and two words: nothing reads the
//! clock, and what follows the call's end is out of line.

use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use crate::core::clock::Stopwatch;
use crate::core::error::{Failure, Refusal};
use crate::core::name::Name;
use crate::event::call_events::{CallFinished, Outcome};
use crate::event::event::Event;
use crate::event::kinds::Kinds;
use crate::event::listeners::{deliver, is_wanted};

/// A call under way. It is reported by [`end`](Self::end) or, if the call panics or is dropped, by its drop.
#[derive(Debug)]
pub struct Call<T: Counts = Tally> {
    begun: Option<Begun>,
    tally: T,
}

/// What is known of a call since its start, if somebody wanted to know how it ends.
#[derive(Clone, Copy, Debug)]
struct Begun {
    function: Name,
    clock: Stopwatch,
}

impl Begun {
    #[cold]
    #[inline(never)]
    fn now(function: Name) -> Self {
        Self { function, clock: Stopwatch::start() }
    }

    #[cold]
    #[inline(never)]
    fn finished(self, outcome: Outcome, Counted { attempts, fallback }: Counted) {
        let Self { function, clock } = self;
        let elapsed = clock.elapsed();
        deliver(&Event::CallFinished(CallFinished { function, outcome, attempts, elapsed, fallback }));
    }
}

impl Begun {
    /// The future was dropped, or something in the call panicked. The two differ by whether this thread unwinds.
    #[cold]
    #[inline(never)]
    fn interrupted(self, counted: Counted) {
        let outcome = if thread::panicking() { Outcome::Panicked } else { Outcome::Dropped };
        self.finished(outcome, counted);
    }
}

/// How a call ended, and whether its callee was called if nothing counts the attempts.
#[derive(Clone, Copy, Debug)]
pub struct Ended {
    outcome: Outcome,
    has_asked: bool,
}

impl Ended {
    /// With a value or the function's own error.
    #[inline]
    pub const fn by_itself(is_ok: bool) -> Self {
        Self { outcome: if is_ok { Outcome::Success } else { Outcome::Error }, has_asked: true }
    }

    /// With this outcome of a pipeline.
    #[inline]
    pub fn with<T, E, R: Refusal>(outcome: &Result<T, Failure<E, R>>) -> Self {
        match outcome {
            Err(Failure::Refused(refusal)) => {
                let kind = refusal.as_error().kind();
                Self { outcome: Outcome::Refused(kind), has_asked: kind.has_asked() }
            }
            result => Self::by_itself(result.is_ok()),
        }
    }
}

impl Call {
    /// A call begins, in which nothing counts attempts or answers instead.
    #[inline]
    pub fn begin(function: Name) -> Self {
        Self { begun: begun(function), tally: Tally::UNCOUNTED }
    }

    /// The same where attempts are counted.
    #[inline]
    pub fn begin_counted(function: Name) -> Self {
        Self { begun: begun(function), tally: Tally::NONE }
    }

    /// The same where it is known at run time whether something counts them.
    #[inline]
    pub(crate) fn begin_if_counted(function: Name, counts: bool) -> Self {
        if counts { Self::begin_counted(function) } else { Self::begin(function) }
    }

    /// No call.
    pub(crate) const fn none() -> Self {
        Self { begun: None, tally: Tally::NONE }
    }
}

impl Call<SharedTally> {
    /// The same where they may be made on other threads, which the caller may leave. `counts` if something counts them.
    #[inline]
    pub fn begin_shared(function: Name, counts: bool) -> Self {
        let begun = begun(function);
        let tally = if begun.is_some() { SharedTally::new(counts) } else { SharedTally(None) };
        Self { begun, tally }
    }
}

#[inline]
fn begun(function: Name) -> Option<Begun> {
    if is_wanted(Kinds::CALLS) { Some(Begun::now(function)) } else { None }
}

impl<T: Counts> Call<T> {
    /// The call has ended. `ended` is called if that is reported.
    #[inline]
    pub fn end(mut self, ended: impl FnOnce() -> Ended) {
        self.end_now(ended);
    }

    /// The same of a call that is kept for longer.
    #[inline]
    pub(crate) fn end_now(&mut self, ended: impl FnOnce() -> Ended) {
        if let Some(begun) = self.begun.take() {
            let Ended { outcome, has_asked } = ended();
            begun.finished(outcome, self.tally.counted(has_asked));
        }
    }

    /// Something in the call panics.
    pub(crate) fn unwind(&mut self) {
        if let Some(begun) = self.begun.take() {
            begun.finished(Outcome::Panicked, self.tally.counted(true));
        }
    }
}

impl<T: Counts> Drop for Call<T> {
    #[inline]
    fn drop(&mut self) {
        if let Some(begun) = self.begun {
            begun.interrupted(self.tally.counted(true));
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

/// The attempts of a call, and whether a fallback answered the last of them. One word, changed by one thread at a time.
///
/// Relaxed: what polls a future on another thread has synchronised with the last poll.
#[derive(Debug)]
pub struct Tally(AtomicU32);

/// Set while a fallback's answer is the last.
const FALLBACK: u32 = 1 << 31;
/// Set where nothing counts attempts.
const UNCOUNTED: u32 = 1 << 30;

impl Tally {
    const NONE: Self = Self(AtomicU32::new(0));
    const UNCOUNTED: Self = Self(AtomicU32::new(UNCOUNTED));
}

const fn one_more(word: u32) -> u32 {
    (word & !FALLBACK).wrapping_add(1)
}

const fn counted(word: u32, has_asked: bool) -> Counted {
    let attempts = if word & UNCOUNTED == 0 { word & !FALLBACK } else { has_asked as u32 };
    Counted { attempts, fallback: word & FALLBACK != 0 }
}

impl Counts for Tally {
    #[inline]
    fn attempt(&self) {
        self.0.store(one_more(self.0.load(Ordering::Relaxed)), Ordering::Relaxed);
    }

    #[cold]
    fn answered(&self) {
        self.0.fetch_or(FALLBACK, Ordering::Relaxed);
    }

    /// Counts nothing: a call that goes on elsewhere begins with a shared tally.
    fn share(&self) -> SharedTally {
        SharedTally(None)
    }

    #[inline]
    fn counted(&self, has_asked: bool) -> Counted {
        counted(self.0.load(Ordering::Relaxed), has_asked)
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
        if let Some(Tally(word)) = self.0.as_deref() {
            let _ = word.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |word| Some(one_more(word)));
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
        self.0.as_ref().map_or(counted(0, has_asked), |tally| tally.counted(has_asked))
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
        tally.0.store(if counts { 0 } else { UNCOUNTED }, Ordering::Relaxed);
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
