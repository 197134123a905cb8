//! A pipeline held as a value does what attributes do.

mod as_attributes;
mod budgets;
mod building;
mod cancelling;
mod deadlines;
mod fallbacks;
mod filters;
mod hedges;
mod operations;
mod rate_limits;
mod sync_operations;
mod threads;

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use resilient::{
    Backoff, BreakerPolicy, Bulkhead, BulkheadPolicy, CircuitBreaker, CircuitState, ErrorKind, Failure, Jitter,
    Pipeline, RetryPolicy, TimeoutPolicy,
};
use resilient_tests::{millis, secs};

/// Delays of one length.
const fn steady(attempts: u32, delay: Duration) -> RetryPolicy {
    let policy = RetryPolicy::new().max_attempts(attempts).backoff(Backoff::Constant).jitter(Jitter::None);
    policy.base_delay(delay).max_delay(secs(1000))
}

fn slots(limit: u32) -> Arc<Bulkhead> {
    Arc::new(Bulkhead::new("slots", BulkheadPolicy::new(limit)))
}

fn breaker_of(policy: BreakerPolicy) -> Arc<CircuitBreaker> {
    Arc::new(CircuitBreaker::new("breaker", policy))
}

/// The successful, failed and ignored calls of a breaker.
fn counts(breaker: &CircuitBreaker) -> (u64, u64, u64) {
    let stats = breaker.stats();
    (stats.successful_calls, stats.failed_calls, stats.ignored_calls)
}

fn kind<T, E>(outcome: &Result<T, Failure<E>>) -> Option<ErrorKind> {
    outcome.as_ref().err().and_then(Failure::refusal).map(resilient::Error::kind)
}

/// How often an operation was called.
type Ran = Cell<u32>;

fn count(ran: &Ran) -> u32 {
    ran.set(ran.get() + 1);
    ran.get()
}
