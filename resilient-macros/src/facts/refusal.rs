//! The refusals: the errors that layers make themselves.

/// A kind of error that the runtime has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Refusal {
    TimedOut,
    BulkheadFull,
    CircuitOpen,
    RetriesExhausted,
}

impl Refusal {
    pub(crate) const ALL: [Self; 4] = [Self::TimedOut, Self::BulkheadFull, Self::CircuitOpen, Self::RetriesExhausted];

    /// Those that a setting can name.
    pub(crate) const NAMED: [Self; 3] = [Self::TimedOut, Self::BulkheadFull, Self::CircuitOpen];

    /// Its name among the runtime's kinds of error.
    pub(crate) const fn kind(self) -> &'static str {
        self.names().0
    }

    /// Its name in settings.
    pub(crate) const fn word(self) -> &'static str {
        self.names().1
    }

    /// The attribute that makes it.
    pub(crate) const fn attribute(self) -> &'static str {
        self.names().2
    }

    /// Whether it is worth another attempt where no setting says which are.
    pub(crate) const fn is_retried_by_default(self) -> bool {
        !matches!(self, Self::CircuitOpen)
    }

    const fn names(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::TimedOut => ("TimedOut", "timed_out", "timeout"),
            Self::BulkheadFull => ("BulkheadFull", "bulkhead_full", "bulkhead"),
            Self::CircuitOpen => ("CircuitOpen", "circuit_open", "circuit_breaker"),
            Self::RetriesExhausted => ("RetriesExhausted", "retries_exhausted", "retry"),
        }
    }
}
