//! Taking a snapshot.

use std::time::SystemTime;

use crate::snapshot::breakers::BreakerSnapshot;
use crate::snapshot::functions::{self, FunctionSnapshot};
use crate::snapshot::keyed::{KeyedBreakersSnapshot, KeyedBulkheadsSnapshot, KeyedRateLimitersSnapshot};
use crate::snapshot::limits::{
    BulkheadSnapshot, HelperThreadsSnapshot, RateLimiterSnapshot, ThreadBulkheadSnapshot, ThrottleSnapshot,
};
use crate::snapshot::retries::{HedgeSnapshot, RetryBudgetSnapshot};
use crate::snapshot::seen::all;

/// The program at one moment. From [`snapshot()`].
///
/// Each list is in the order of names, or of paths.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Snapshot {
    /// When it was taken. With `serde` a number of milliseconds since 1970.
    #[cfg_attr(feature = "serde", serde(rename = "taken_at_ms", serialize_with = "super::serial::unix_millis"))]
    pub taken_at: SystemTime,
    /// The annotated functions.
    pub functions: Vec<FunctionSnapshot>,
    /// Circuit breakers.
    pub circuit_breakers: Vec<BreakerSnapshot>,
    /// Bulkheads.
    pub bulkheads: Vec<BulkheadSnapshot>,
    /// Bulkheads with threads of their own.
    pub thread_bulkheads: Vec<ThreadBulkheadSnapshot>,
    /// Rate limits.
    pub rate_limiters: Vec<RateLimiterSnapshot>,
    /// Adaptive throttles.
    pub adaptive_throttles: Vec<ThrottleSnapshot>,
    /// Retry budgets.
    pub retry_budgets: Vec<RetryBudgetSnapshot>,
    /// Hedges.
    pub hedges: Vec<HedgeSnapshot>,
    /// Circuit breakers by key.
    pub keyed_circuit_breakers: Vec<KeyedBreakersSnapshot>,
    /// Bulkheads by key.
    pub keyed_bulkheads: Vec<KeyedBulkheadsSnapshot>,
    /// Rate limits by key.
    pub keyed_rate_limiters: Vec<KeyedRateLimitersSnapshot>,
    /// The threads that run sync bodies with a time limit.
    pub helper_threads: HelperThreadsSnapshot,
}

/// Takes a snapshot of all annotated functions and of all state: what is shared by its name, what belongs to a function,
/// and the values that were put into view by `observed`.
///
/// It is read one after the other while calls go on, so numbers of it may not add up exactly. It takes as long as reading
/// all that there is; calls pay nothing for it. State that no call has made yet is there
/// with the settings that it will have, and is not made.
///
/// In the scope of a test it has the state of that scope; what is counted for functions is that of the process.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::{BreakerPolicy, CircuitState, registry, snapshot};
///
/// registry()
///     .circuit_breaker_or_insert("seen", BreakerPolicy::new().failure_threshold(1))
///     .record_failure();
/// let now = snapshot();
/// let seen = now.circuit_breakers.iter().find(|breaker| breaker.name == "seen").unwrap();
/// assert_eq!((seen.state, seen.failed_calls), (CircuitState::Open, 1));
/// assert!(seen.open_for.is_some() && seen.in_state.is_some());
/// ```
pub fn snapshot() -> Snapshot {
    Snapshot {
        taken_at: SystemTime::now(),
        functions: functions::all(),
        circuit_breakers: all(),
        bulkheads: all(),
        thread_bulkheads: all(),
        rate_limiters: all(),
        adaptive_throttles: all(),
        retry_budgets: all(),
        hedges: all(),
        keyed_circuit_breakers: all(),
        keyed_bulkheads: all(),
        keyed_rate_limiters: all(),
        helper_threads: HelperThreadsSnapshot::now(),
    }
}
