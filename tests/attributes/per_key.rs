//! `key = …`: a breaker, a bulkhead or a rate limit for each host, tenant or user.

mod breakers;
mod bulkheads;
mod handles;
mod keys;
mod places;
mod rate_limits;
mod values;

use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use resilient::{
    BreakerPolicy, BulkheadPolicy, Bulkheads, CircuitBreakers, CircuitState, Error, ErrorKind, Failure, PerKeyPolicy,
    Pipeline, RateLimitPolicy, RateLimiters, bulkhead, circuit_breaker, fallback, rate_limit, registry, retry, timeout,
};
use resilient_tests::{Fault, polled, secs, some_turns};
use tokio::time::{advance, sleep};

type Outcome = Result<u32, Fault>;

fn refused(outcome: Outcome) -> bool {
    is(outcome, ErrorKind::CircuitOpen)
}

fn is(outcome: Outcome, kind: ErrorKind) -> bool {
    outcome == Err(Fault::Refused(kind))
}
