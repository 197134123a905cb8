//! Policies, breakers and bulkheads without attributes.

mod a_loop_over_attempts;
mod again;
mod bulkheads;
mod delays;
mod errors_of_one_type;
mod failures;
mod for_call;
mod policies;
mod retrying;
mod timeouts;
mod values_known_only_at_run_time;

use std::panic::catch_unwind;
use std::pin::pin;
use std::sync::mpsc::channel;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use resilient::{
    Attempt, Attempts, Backoff, BreakerPolicy, Bulkhead, BulkheadPolicy, CircuitBreaker, Error, ErrorKind, Exhausted,
    Failure, GiveUpEvent, GiveUpReason, Jitter, Name, RetryEvent, RetryPolicy, TimeoutPolicy, deadline,
};
use resilient_tests::{millis, secs};
use tokio::time::{Instant, advance, sleep};

/// Without jitter, so that the delays are known.
const STEADY: RetryPolicy = RetryPolicy::new().jitter(Jitter::None);

const fn number(attempt: Attempt) -> u32 {
    attempt.number()
}

#[test]
fn a_name_reads_like_text() {
    const NAME: Name = Name::new(&"users");

    assert_eq!(NAME, "users");
    assert_eq!(NAME.as_str(), "users");
    assert_eq!(NAME.len(), 5);
    assert_eq!(format!("{NAME}|{NAME:>7}|{NAME:?}"), "users|  users|\"users\"");
    assert_eq!(CircuitBreaker::new("users", BreakerPolicy::new()).name(), NAME);
}

#[test]
fn what_does_not_have_to_wait_needs_no_runtime() {
    fn at_once<F: Future>(future: F) -> F::Output {
        match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(output) => output,
            Poll::Pending => panic!("it waits"),
        }
    }

    let breaker = CircuitBreaker::new("api: no runtime", BreakerPolicy::new());
    let bulkhead = Bulkhead::new("api: no runtime", BulkheadPolicy::new(1).max_wait(secs(1)));
    assert_eq!(at_once(STEADY.run(async || Ok::<_, ()>(7))), Ok(7));
    assert_eq!(at_once(STEADY.attempts().next()).map(number), Some(1));
    assert_eq!(at_once(TimeoutPolicy::new(secs(1)).run(async { Ok::<_, Error>(7) })), Ok(7));
    assert_eq!(at_once(breaker.run(async { Ok::<_, Error>(7) })), Ok(7));
    assert_eq!(at_once(bulkhead.run(async { Ok::<_, Error>(7) })), Ok(7));
    let limit = TimeoutPolicy::new(secs(1));
    let whole = STEADY.try_run(|| breaker.try_run(bulkhead.try_run(limit.run(async { Ok::<_, Error>(7) }))));
    assert_eq!(at_once(whole), Ok(7));
    assert!(at_once(bulkhead.acquire()).is_ok());
}
