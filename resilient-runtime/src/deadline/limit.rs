//! How long a call may take, and whose limit that is.

use std::time::Duration;

use crate::core::error::Error;
use crate::core::name::Name;

/// A limit, and the name of the one that it belongs to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TimeLimit {
    name: Name,
    /// One word, because calls in flight carry it; it is enough for 290 years, and the highest bit is free.
    nanos: u64,
}

/// The nanoseconds of no limit at all; a limit that does not fit is none.
const ABSENT: u64 = u64::MAX >> 1;

impl TimeLimit {
    #[inline]
    pub(crate) fn of(limit: Duration, name: Name) -> Self {
        Self { name, nanos: u64::try_from(limit.as_nanos()).unwrap_or(ABSENT).min(ABSENT) }
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

    pub(crate) const fn is_absent(self) -> bool {
        self.nanos == ABSENT
    }
}

/// Whether a limit of `limit` nanoseconds that ended a call speaks against the callee. The call had been in flight for
/// `in_flight` nanoseconds, and no wait of ours was among them.
pub(crate) const fn callee_failed(in_flight: u64, limit: u64) -> bool {
    in_flight >= limit / 2
}
