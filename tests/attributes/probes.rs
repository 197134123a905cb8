//! Half-open breakers whose probes hang, the state that a breaker reports, and recorded outcomes.

mod a_refusal_has_the_state;
mod asking;
mod dropped;
mod hung_probes;
mod recording;

use std::future::pending;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use resilient::{
    BreakerPolicy, CircuitBreaker, CircuitState, Error, ErrorKind, Permit, TimeoutPolicy, circuit_breaker, registry,
};
use resilient_tests::{millis, secs};
use tokio::time::{advance, sleep, timeout};

/// How long a breaker is open by default.
const OPEN: Duration = secs(30);

/// Opens at the first failure, admits one probe at a time, and closes after two successes.
const ONE_PROBE: BreakerPolicy = BreakerPolicy::new().failure_threshold(1).half_open_max_calls(1);

/// A breaker that has just opened.
fn opened(policy: BreakerPolicy) -> CircuitBreaker {
    let breaker = CircuitBreaker::new("probes", policy);
    breaker.try_acquire().expect("it is closed").failure();
    assert_eq!(breaker.state(), CircuitState::Open);
    breaker
}

/// A breaker that is half-open.
async fn recovering(policy: BreakerPolicy) -> CircuitBreaker {
    let breaker = opened(policy);
    advance(OPEN).await;
    breaker
}

fn refusal(breaker: &CircuitBreaker) -> Error {
    breaker.try_acquire().map(std::mem::forget).expect_err("it refuses")
}
