//! Below a timeout nothing begins after its deadline, and the breakers count the calls that hung.

mod given;
mod in_async_functions;
mod in_sync_functions;

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use resilient::{
    Backoff, BreakerPolicy, CircuitBreaker, CircuitState, CircuitStats, Error, Failure, Jitter, RetryPolicy,
    TimeoutPolicy, bulkhead, circuit_breaker, deadline, fallback, registry, remaining, retry, timeout,
};
use resilient_tests::{breaker, millis, secs};

#[derive(Debug, PartialEq)]
enum Fault {
    Own,
    TimedOut { name: String, after: Duration },
    Refused(String),
}

impl From<Error> for Fault {
    fn from(refusal: Error) -> Self {
        match refusal {
            Error::TimedOut { name, after } => Self::TimedOut { name: name.to_string(), after },
            other => Self::Refused(other.to_string()),
        }
    }
}

impl Fault {
    fn from_failure(failure: Failure<Self>) -> Self {
        match failure {
            Failure::Inner(own) => own,
            Failure::Refused(refusal) => refusal.into(),
        }
    }
}

fn timed_out(name: &str, after: Duration) -> Result<u32, Fault> {
    timed_out_by(&format!("{}::{name}", module_path!()), after)
}

fn timed_out_by(name: &str, after: Duration) -> Result<u32, Fault> {
    Err(Fault::TimedOut { name: name.to_owned(), after })
}

/// Delays of one length.
const fn steady(attempts: u32, pause: Duration) -> RetryPolicy {
    let policy = RetryPolicy::new().max_attempts(attempts).backoff(Backoff::Constant).jitter(Jitter::None);
    policy.base_delay(pause).max_delay(secs(1000))
}

/// The failed and the ignored calls of a breaker.
fn counted(breaker: &CircuitBreaker) -> (u64, u64) {
    let CircuitStats { failed_calls, ignored_calls, .. } = breaker.stats();
    (failed_calls, ignored_calls)
}
