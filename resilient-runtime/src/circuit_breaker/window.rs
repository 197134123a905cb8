//! The outcomes that a rate is taken over: the last so many calls, or those of the last so much time.
//!
//! A good call is the common one. As long as it cannot be the one that makes a rate too high, it is only counted in a word
//! of its thread's own. Any other call takes a lock, collects what the threads have counted, and is put behind it in
//! order. So a window is exact whenever it is looked at, and free of contention as long as all is well.
//!
//! A window belongs to one generation of its breaker, which it keeps whole: a call of another one is dropped. Whenever a
//! breaker closes, its window is cleared for the new generation.

mod call;
mod count;
mod good;
mod time;

use crate::circuit_breaker::policy::{BreakerPolicy, Tally, WindowSpan};
use crate::core::clock::Resolution;

pub(crate) use call::Call;
use count::CountWindow;
pub(crate) use good::Counted;
use time::TimeWindow;

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

    /// Counts a good call if nothing else has to be done; else the call is one for [`record`](Self::record). `now` gives
    /// the milliseconds, on the same scale each time.
    #[inline]
    pub(crate) fn count<const N: usize>(
        &self,
        counted: Counted<'_, N>,
        generation: u64,
        now: impl FnOnce(Resolution) -> u64,
    ) -> bool {
        match self {
            Self::Calls(window) => window.count(counted, generation),
            Self::Time(window) => window.count(counted, generation, now(window.resolution())),
        }
    }

    /// Remembers a call, and returns what the window then holds; `None` if the window is of another generation.
    pub(crate) fn record<const N: usize>(
        &self,
        counted: Counted<'_, N>,
        generation: u64,
        call: Call,
        now: impl FnOnce(Resolution) -> u64,
    ) -> Option<Tally> {
        match self {
            Self::Calls(window) => window.record(counted, generation, call),
            Self::Time(window) => window.record(counted, generation, call, now(window.resolution())),
        }
    }

    /// Forgets all calls and belongs to this generation from now on. Returns before any call of it has ended.
    pub(crate) fn clear<const N: usize>(&self, counted: Counted<'_, N>, generation: u64) {
        match self {
            Self::Calls(window) => window.clear(counted, generation),
            Self::Time(window) => window.clear(counted, generation),
        }
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests;
