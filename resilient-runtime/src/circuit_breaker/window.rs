//! The outcomes over which a rate is computed: of the last so many calls, or of the calls in the last so much time.
//!
//! Most calls are good: neither failed nor slow. A good call that cannot raise a rate above its threshold is only
//! counted, in a word of its thread. Any other call takes the lock, collects the words of all threads, and is added
//! after them. So a window is exact whenever a rate is computed, and good calls do not contend.
//!
//! A window belongs to one generation of its breaker and ignores calls of any other. Whenever the breaker closes, its
//! window is cleared for the new generation.

mod count;

use crate::circuit_breaker::policy::{BreakerPolicy, WindowSpan};
use crate::core::clock::Resolution;
use crate::outcomes::call::Call;
use crate::outcomes::good::Counted;
use crate::outcomes::tally::Tally;
use crate::outcomes::time_window::TimeWindow;

use count::CountWindow;

#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "a breaker keeps its window in a box")]
pub(crate) enum Window {
    Calls(CountWindow),
    Time(TimeWindow),
}

impl Window {
    /// The window that the policy needs, if it needs one.
    pub(crate) fn of(policy: &BreakerPolicy) -> Option<Self> {
        Some(match policy.window()? {
            WindowSpan::Calls(calls) => Self::Calls(CountWindow::new(calls, policy.needed_calls())),
            WindowSpan::Time(span) => Self::Time(TimeWindow::new(span, policy.needed_calls())),
        })
    }

    /// Adds a call under the lock, and returns what the window then holds; `None` if it belongs to another generation.
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

    /// Whether it holds no call of this generation.
    pub(crate) fn is_empty<const N: usize>(
        &self,
        counted: Counted<'_, N>,
        generation: u64,
        now: impl FnOnce(Resolution) -> u64,
    ) -> bool {
        match self {
            Self::Calls(window) => window.is_empty(),
            Self::Time(window) => window.is_empty(counted, generation, now(window.resolution())),
        }
    }

    /// A rate counts from so many calls on.
    #[cfg(feature = "config")]
    pub(crate) fn need(&self, calls: u64) {
        match self {
            Self::Calls(window) => window.need(calls),
            Self::Time(window) => window.need(calls),
        }
    }

    /// Removes all calls, and belongs to this generation from now on. The caller makes sure that no call of the new
    /// generation has been admitted yet.
    pub(crate) fn clear<const N: usize>(&self, counted: Counted<'_, N>, generation: u64) {
        match self {
            Self::Calls(window) => window.clear(counted, generation),
            Self::Time(window) => window.clear(counted, generation),
        }
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests;
