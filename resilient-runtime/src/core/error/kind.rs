//! The kinds of refusals.

use resilient_rules::refusal::Refusal;

/// The variants of [`Error`](crate::Error) without their data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// [`Error::CircuitOpen`](crate::Error::CircuitOpen)
    CircuitOpen,
    /// [`Error::TimedOut`](crate::Error::TimedOut)
    TimedOut,
    /// [`Error::BulkheadFull`](crate::Error::BulkheadFull)
    BulkheadFull,
    /// [`Error::RateLimited`](crate::Error::RateLimited)
    RateLimited,
    /// [`Error::Shed`](crate::Error::Shed)
    Shed,
    /// [`Error::NoItems`](crate::Error::NoItems)
    NoItems,
    /// [`Error::RetriesExhausted`](crate::Error::RetriesExhausted)
    RetriesExhausted,
}

impl ErrorKind {
    /// The word that logs and metrics use, and `retry_refused`: `circuit_open`, `timed_out`.
    pub const fn name(self) -> &'static str {
        self.refusal().word()
    }

    /// The same among those that settings name.
    pub(crate) const fn refusal(self) -> Refusal {
        match self {
            Self::CircuitOpen => Refusal::CircuitOpen,
            Self::TimedOut => Refusal::TimedOut,
            Self::BulkheadFull => Refusal::BulkheadFull,
            Self::RateLimited => Refusal::RateLimited,
            Self::Shed => Refusal::Shed,
            Self::NoItems => Refusal::NoItems,
            Self::RetriesExhausted => Refusal::RetriesExhausted,
        }
    }

    /// Whether the callee was called before. The last error of exhausted attempts is not a refusal here, but an error of
    /// the function.
    #[inline]
    pub(crate) const fn has_asked(self) -> bool {
        matches!(self, Self::TimedOut | Self::RetriesExhausted)
    }
}
