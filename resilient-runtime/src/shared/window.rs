//! The outcomes that a rate is taken over: the last so many calls, or those of the last so much time.
//!
//! A good call is the common one, and is only counted in a word of its thread's own. A bad one (failed, or slow) takes a
//! lock, collects what the threads have counted, and is put behind it in order. So a window is exact whenever it is
//! looked at, and free of contention as long as all is well.
//!
//! Everything carries the generation it was counted in: what is from an older one counts as nothing and is
//! overwritten, so that closing a breaker clears its window, and an outcome that comes back late is dropped.

mod count;
mod time;

use crate::clock::Grain;
use crate::policy::breaker::gate::Generation;
use crate::policy::breaker::{BreakerPolicy, Tally, WindowSpan};
use crate::shared::shards::Shards;
use crate::sync::{Mutex, MutexGuard, PoisonError};

use count::CountWindow;
use time::TimeWindow;

/// What a window remembers of a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) failed: bool,
    pub(crate) slow: bool,
}

impl Call {
    pub(crate) const fn is_good(self) -> bool {
        !self.failed && !self.slow
    }
}

/// The words that a window counts good calls in.
#[derive(Clone, Copy)]
pub(crate) struct Counted<'a, const N: usize> {
    pub(crate) shards: &'a Shards<N>,
    pub(crate) word: usize,
}

#[derive(Debug)]
pub(crate) enum Window {
    Calls(CountWindow),
    Time(Box<TimeWindow>),
}

impl Window {
    /// The window that the policy judges by, if it does by any.
    pub(crate) fn of(policy: &BreakerPolicy) -> Option<Self> {
        Some(match policy.window()? {
            WindowSpan::Calls(calls) => Self::Calls(CountWindow::new(calls, policy.needed_calls())),
            WindowSpan::Time(span) => Self::Time(Box::new(TimeWindow::new(span, policy.needed_calls()))),
        })
    }

    /// Counts a good call, and tells whether it could be the one that makes what the window holds too much. `now` tells
    /// the milliseconds, on the same scale each time.
    #[inline]
    pub(crate) fn count<const N: usize>(
        &self,
        counted: Counted<'_, N>,
        generation: Generation,
        now: impl FnOnce(Grain) -> u64,
    ) -> bool {
        match self {
            Self::Calls(window) => window.count(counted, generation),
            Self::Time(window) => window.count(counted, generation, now(window.grain())),
        }
    }

    /// Remembers a call that is not good, and tells what the window then holds; `None` if it is of a newer generation.
    pub(crate) fn collect<const N: usize>(
        &self,
        counted: Counted<'_, N>,
        generation: Generation,
        call: Call,
        now: impl FnOnce(Grain) -> u64,
    ) -> Option<Tally> {
        match self {
            Self::Calls(window) => window.collect(counted, generation, call),
            Self::Time(window) => window.collect(counted, generation, call, now(window.grain())),
        }
    }
}

/// A generation in the top bits of a word, and what is below it.
struct Tagged;

impl Tagged {
    const SHIFT: u32 = 50;
    const REST: u64 = (1 << Self::SHIFT) - 1;

    const fn join(generation: Generation, rest: u64) -> u64 {
        generation.bits() << Self::SHIFT | rest & Self::REST
    }

    /// What the word holds for `generation`: nothing if it is from an older one, `None` if from a newer.
    const fn read(word: u64, generation: Generation) -> Option<u64> {
        let written = Generation::from_bits(word >> Self::SHIFT);
        if written.bits() == generation.bits() {
            Some(word & Self::REST)
        } else if written.is_after(generation) {
            None
        } else {
            Some(0)
        }
    }

    /// The word with one more; `None` if it is from a newer generation.
    const fn add_one(word: u64, generation: Generation) -> Option<u64> {
        let written = Generation::from_bits(word >> Self::SHIFT);
        if written.bits() == generation.bits() {
            Some(word + 1)
        } else if written.is_after(generation) {
            None
        } else {
            Some(Self::join(generation, 1))
        }
    }
}

/// The part of a window that is behind a lock, and the generation it is of.
#[derive(Debug)]
struct Locked<T>(Mutex<(Generation, T)>);

impl<T: Clear> Locked<T> {
    fn new(value: T) -> Self {
        Self(Mutex::new((Generation::from_bits(0), value)))
    }

    /// The value, cleared if it is from an older generation; `None` if it is from a newer one.
    fn of(&self, generation: Generation) -> Option<Held<'_, T>> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.0.is_after(generation) {
            return None;
        }
        if held.0 != generation {
            held.0 = generation;
            held.1.clear();
        }
        Some(Held(held))
    }
}

trait Clear {
    fn clear(&mut self);
}

struct Held<'a, T>(MutexGuard<'a, (Generation, T)>);

impl<T> std::ops::Deref for Held<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0.1
    }
}

impl<T> std::ops::DerefMut for Held<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0.1
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests;
