//! A call of a function, from its start to its end.
//!
//! While nobody wants [`CallFinished`], nor the number of attempts in a span, a call is one load of the mask of wanted
//! kinds and a null pointer: nothing reads the clock or counts, and what reports its end is out of line. Those functions are
//! `extern "C"`, because such a function cannot unwind: a caller that might have to drop its outcome there would keep that
//! in memory instead of registers.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;

use crate::core::clock::Stopwatch;
use crate::core::isolated::panics;
use crate::core::name::Name;
use crate::core::rare::take_if_any;
use crate::core::span::{is_traced, record_attempts};
use crate::event::call_events::{CallFinished, Outcome};
use crate::event::event::Event;
use crate::event::kinds::Kinds;
use crate::event::listeners::{call_has_begun, deliver, is_wanted, is_wanted_by};

/// A call under way. It is reported by [`end`](Self::end) or, if the call panics or is dropped, by its drop.
#[derive(Debug)]
pub struct Call(Tally);

/// The attempts of a call, for whoever counts them, on any thread; none if nobody wanted to know of them when the call
/// began.
#[derive(Clone, Debug)]
pub struct Tally(Option<Arc<Watched>>);

/// What somebody wants to know of a call.
#[derive(Debug)]
struct Watched {
    function: Name,
    clock: Stopwatch,
    /// Relaxed, as the next one: who polls a future on another thread has synchronised with the last poll, who waits for
    /// another thread to its end has synchronised with it by its result, and who leaves at a deadline reads what can be
    /// read by then.
    attempts: AtomicU32,
    /// The last attempt that a fallback answered.
    answered: AtomicU32,
    /// The attempts that hedges made beside others, which are not among those above.
    hedged: AtomicU32,
    /// Whether its end is reported, or nobody wanted that. Relaxed: only the call itself uses it, which ends before it is
    /// dropped.
    is_done: AtomicBool,
}

/// The attempts where nothing counts them.
const UNCOUNTED: u32 = u32::MAX;
/// Of no attempt.
const UNANSWERED: u32 = u32::MAX - 1;

impl Call {
    /// No call.
    pub(crate) const NONE: Self = Self(Tally::NONE);

    /// What counts its attempts.
    #[inline]
    pub(crate) const fn tally(&self) -> &Tally {
        &self.0
    }

    /// Whether somebody wants to know of calls, or no call has begun yet. `counts` if something counts their attempts: then
    /// whoever has spans may want the number.
    #[inline]
    pub(crate) fn is_wanted(counts: bool) -> bool {
        if counts { is_wanted_by(Kinds::CALLS, is_traced()) } else { is_wanted(Kinds::CALLS) }
    }

    /// A call begins. `counts` if something counts its attempts.
    #[inline]
    pub(crate) fn begin(function: Name, counts: bool) -> Self {
        if Self::is_wanted(counts) { Self::perhaps_watched(function, counts) } else { Self::NONE }
    }

    /// The same where there is [none](Self::NONE) yet.
    #[inline]
    pub(crate) fn begin_here(&mut self, function: Name, counts: bool) {
        if Self::is_wanted(counts) {
            *self = Self::perhaps_watched(function, counts);
        }
    }

    /// Not watched if it was wanted only because it is the first.
    #[cold]
    #[inline(never)]
    fn perhaps_watched(function: Name, counts: bool) -> Self {
        call_has_begun();
        if Self::is_wanted(counts) { Self(Tally(Some(Watched::begin(function, counts)))) } else { Self::NONE }
    }

    /// The call has ended. It is neither moved nor changed, so that its drop, which looks at the same pointer, takes no
    /// instruction of its own while nobody watches.
    #[inline]
    pub fn end(&self, outcome: Outcome) {
        if let Some(watched) = &self.0.0 {
            ended(watched, outcome);
        }
    }

    /// Something in the call panics.
    #[cold]
    pub(crate) fn unwind(&self) {
        self.end(Outcome::Panicked);
    }
}

impl Drop for Call {
    #[inline]
    fn drop(&mut self) {
        if let Some(watched) = take_if_any(&mut self.0.0) {
            left(watched);
        }
    }
}

impl Tally {
    /// Nobody counts.
    pub(crate) const NONE: Self = Self(None);
}

/// What counts the attempts of a call.
pub trait Counts {
    /// An attempt begins. It is the last from now on.
    fn attempt(&self);

    /// A fallback answers the last attempt.
    fn answered(&self);

    /// A hedge makes an attempt beside another.
    fn hedged(&self);

    /// The same for another thread.
    fn share(&self) -> Tally;
}

impl Counts for Tally {
    #[inline]
    fn attempt(&self) {
        if let Some(watched) = &self.0 {
            watched.attempt();
        }
    }

    #[cold]
    fn answered(&self) {
        if let Some(watched) = &self.0 {
            watched.answered.store(watched.attempts.load(Ordering::Relaxed), Ordering::Relaxed);
        }
    }

    #[cold]
    fn hedged(&self) {
        if let Some(watched) = &self.0 {
            watched.hedged.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[inline]
    fn share(&self) -> Tally {
        self.clone()
    }
}

impl Counts for Call {
    #[inline]
    fn attempt(&self) {
        self.0.attempt();
    }

    fn answered(&self) {
        self.0.answered();
    }

    fn hedged(&self) {
        self.0.hedged();
    }

    #[inline]
    fn share(&self) -> Tally {
        self.0.share()
    }
}

/// So many that are not in use a thread keeps.
const MAX_SPARE: usize = 64;

thread_local! {
    /// Those that are not in use, so that a call allocates one only while more calls are watched at a time than before.
    static SPARE: RefCell<Vec<Arc<Watched>>> = const { RefCell::new(Vec::new()) };
}

impl Watched {
    fn begin(function: Name, counts: bool) -> Arc<Self> {
        let attempts = AtomicU32::new(if counts { 0 } else { UNCOUNTED });
        let (answered, hedged) = (AtomicU32::new(UNANSWERED), AtomicU32::new(0));
        let is_reported = is_wanted(Kinds::CALLS);
        let clock = if is_reported { Stopwatch::start() } else { Stopwatch::default() };
        let begun = Self { function, clock, attempts, answered, hedged, is_done: AtomicBool::new(!is_reported) };
        // A thread that ends has none.
        let spare = SPARE.try_with(|spare| spare.borrow_mut().pop()).ok().flatten();
        match spare {
            Some(mut watched) => {
                *Arc::get_mut(&mut watched).expect("spare ones have one owner") = begun;
                watched
            }
            None => Arc::new(begun),
        }
    }

    #[cold]
    #[inline(never)]
    fn attempt(&self) {
        if self.attempts.fetch_add(1, Ordering::Relaxed) == 0 {
            record_attempts(1);
        }
    }

    /// Reports how the call ended, unless that is done.
    fn report(&self, outcome: Outcome) {
        if self.is_done.swap(true, Ordering::Relaxed) {
            return;
        }
        let elapsed = self.clock.elapsed();
        let made = self.attempts.load(Ordering::Relaxed);
        let fallback = self.answered.load(Ordering::Relaxed) == made;
        let hedged = self.hedged.load(Ordering::Relaxed);
        let first = if made == UNCOUNTED { u32::from(outcome.has_asked() || hedged > 0) } else { made };
        let attempts = first.saturating_add(hedged);
        let function = self.function;
        deliver(&Event::CallFinished(CallFinished { function, outcome, attempts, elapsed, fallback }));
    }

    /// Keeps it for another call, unless a thread of this one still has it.
    fn keep(mut self: Arc<Self>) {
        if Arc::get_mut(&mut self).is_none() {
            return;
        }
        let _ = SPARE.try_with(|spare| {
            let mut spare = spare.borrow_mut();
            if spare.len() < MAX_SPARE {
                spare.push(self);
            }
        });
    }
}

/// The call has ended.
#[cold]
#[inline(never)]
#[allow(improper_ctypes_definitions, reason = "only Rust calls it")]
extern "C" fn ended(watched: &Watched, outcome: Outcome) {
    panics(|| watched.report(outcome));
}

/// The call is no more. If it has not ended, the future was dropped, or something in the call panicked; the two differ by
/// whether this thread unwinds.
#[cold]
#[inline(never)]
#[allow(improper_ctypes_definitions, reason = "only Rust calls it")]
extern "C" fn left(watched: Arc<Watched>) {
    panics(|| {
        watched.report(if thread::panicking() { Outcome::Panicked } else { Outcome::Dropped });
        watched.keep();
    });
}
