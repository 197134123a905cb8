//! What a breaker has counted.

/// Totals of a breaker since it was made. From [`CircuitBreaker::stats`](crate::CircuitBreaker::stats).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CircuitStats {
    /// Calls that were admitted and have ended: successful, failed and ignored ones together.
    ///
    /// A sync call that was still running on its thread at a deadline counts twice: as failed at the deadline, and by
    /// its result when it returns.
    pub total_calls: u64,
    /// Calls that counted as a success.
    pub successful_calls: u64,
    /// Calls that counted as a failure.
    pub failed_calls: u64,
    /// Calls that counted neither way: dropped before their end, or ended by an error that does not count.
    pub ignored_calls: u64,
    /// Calls that took longer than `slow_call`: successful and failed ones, and those dropped after that long.
    pub slow_calls: u64,
    /// Calls that were not admitted.
    pub rejected_calls: u64,
    /// Changes of state, those made by hand included.
    pub state_changes: u64,
}
