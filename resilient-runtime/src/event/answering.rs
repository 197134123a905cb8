//! The answers of a fallback, as listeners are notified of them.

use crate::core::function_counts::{Count, count_rare};
use crate::core::name::Name;
use crate::event::call::Counts;
use crate::event::call_events::{Cause, FallbackUsed};
use crate::event::event::Event;
use crate::event::kinds::Kinds;
use crate::event::listeners::report;

/// The answer that is given at last, if any is.
#[derive(Clone, Copy, Debug)]
pub struct Answering {
    function: Name,
    current: Option<(u32, Cause)>,
}

impl Answering {
    /// None so far.
    #[inline]
    pub const fn none(function: Name) -> Self {
        Self { function, current: None }
    }

    /// An answer begins: the first, or the next because the one before failed. Passed by value, so that a call without an
    /// answer has it in no memory.
    #[cold]
    #[must_use]
    pub fn begin(self, call: &impl Counts, cause: Cause) -> Self {
        call.answered();
        self.ended(false);
        let before = self.current.map_or(0, |(position, _)| position);
        Self { current: Some((before + 1, cause)), ..self }
    }

    /// The fallback has ended.
    #[inline]
    pub fn end(self, succeeded: bool) {
        if self.current.is_some() {
            self.ended(succeeded);
        }
    }

    #[cold]
    fn ended(&self, succeeded: bool) {
        if let Some((position, cause)) = self.current {
            answered(self.function, position, cause, succeeded);
        }
    }
}

/// An answer has ended, counted from 1.
#[cold]
pub(crate) fn answered(function: Name, position: u32, cause: Cause, succeeded: bool) {
    count_rare(function, if succeeded { Count::FallbackGood } else { Count::FallbackFailed });
    report(Kinds::FALLBACKS, || Event::FallbackUsed(FallbackUsed { function, position, cause, succeeded }));
}
