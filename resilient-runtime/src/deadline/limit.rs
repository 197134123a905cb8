//! A time limit and its name.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::core::error::Error;
use crate::core::function_counts::{Count, count, count_rare};
use crate::core::name::Name;
use crate::event::call_events::TimedOut;
use crate::event::event::Event;
use crate::event::kinds::Kinds;
use crate::event::listeners::report_warning;

/// A time limit, and the name that its refusal has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct TimeLimit {
    name: Name,
    /// At most 146 years, so the highest two bits are free. One word, because calls in flight carry it.
    nanos: u64,
}

/// Stands for no limit. A limit that does not fit becomes this.
const ABSENT: u64 = u64::MAX >> 2;

impl TimeLimit {
    #[inline]
    pub(crate) fn of(limit: Duration, name: Name) -> Self {
        Self { name, nanos: Self::nanos_of(limit) }
    }

    /// The nanoseconds of a limit of this length.
    #[inline]
    pub(crate) fn nanos_of(limit: Duration) -> u64 {
        u64::try_from(limit.as_nanos()).map_or(ABSENT, |nanos| nanos.min(ABSENT))
    }

    #[inline]
    pub(crate) const fn of_nanos(nanos: u64, name: Name) -> Self {
        Self { name, nanos: if nanos < ABSENT { nanos } else { ABSENT } }
    }

    pub(crate) const fn absent(name: Name) -> Self {
        Self { name, nanos: ABSENT }
    }

    pub(crate) const fn from_parts(name: Name, nanos: u64) -> Self {
        Self { name, nanos }
    }

    pub(crate) const fn duration(self) -> Duration {
        Duration::from_nanos(self.nanos)
    }

    pub(crate) const fn nanos(self) -> u64 {
        self.nanos
    }

    pub(crate) const fn name(self) -> Name {
        self.name
    }

    pub(crate) const fn exceeded(self) -> Error {
        Error::TimedOut { name: self.name, after: self.duration() }
    }

    /// The refusal of a call that this limit has ended, of which listeners are notified. `attempt` is which attempt of a
    /// retry it limits, if that is known.
    #[cold]
    #[inline(never)]
    pub(crate) fn ends_call(self, attempt: Option<NonZeroU32>) -> Error {
        let (function, after) = (self.name, self.duration());
        count_rare(function, Count::TimedOut);
        report_warning(Kinds::REFUSALS, || {
            Event::TimedOut(TimedOut { function, after, attempt: attempt.map(NonZeroU32::get) })
        });
        self.exceeded()
    }

    /// A call or an attempt has ended within this limit.
    #[inline]
    pub(crate) fn is_kept(self) {
        count(self.name, Count::KeptToLimit);
    }

    /// Whether a refusal is that of this limit.
    pub(crate) fn caused(self, refusal: &Error) -> bool {
        matches!(refusal, Error::TimedOut { name, after } if *name == self.name && *after == self.duration())
    }

    pub(crate) const fn is_absent(self) -> bool {
        self.nanos == ABSENT
    }
}

/// Whether a call that a limit ended counts as a failure of the callee: if it was in flight for at least half of the
/// limit. Both in nanoseconds, waits of this library excluded. One that was not in flight never did.
pub(crate) const fn callee_failed(in_flight: u64, limit: u64) -> bool {
    in_flight != 0 && in_flight >= limit / 2
}
