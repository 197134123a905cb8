//! Throttles among other attributes: what they make of refusals from below, and what others make of theirs.

use std::cell::Cell;
use std::time::Duration;

use resilient::{
    AdaptiveThrottle, BulkheadPolicy, ErrorKind, adaptive_throttle, bulkhead, circuit_breaker, fallback, rate_limit,
    registry, retry, timeout,
};
use resilient_tests::{Fault, breaker};
use tokio::time::Instant;

type Outcome = Result<u32, Fault>;

const SHED: Outcome = Err(Fault::Refused(ErrorKind::Shed));

fn throttle(name: &str) -> &'static AdaptiveThrottle {
    registry().adaptive_throttle(name).expect("a function that names it is in the program")
}

/// Lets so many calls fail that of a few calls all are shed, but in one run of twenty thousand.
fn overload(name: &str) {
    (0..200_000).for_each(|_| throttle(name).record_failure());
}

/// Accepted, failed and ignored calls.
fn counts(name: &str) -> (u64, u64, u64) {
    let stats = throttle(name).stats();
    (stats.accepted_calls, stats.failed_calls, stats.ignored_calls)
}

#[tokio::test(start_paused = true)]
async fn what_is_refused_before_the_callee_is_asked_counts_neither_way() {
    #[adaptive_throttle(name = "throttle: above refusals")]
    #[circuit_breaker(name = "throttle: below it")]
    async fn above_a_breaker() -> Outcome {
        Ok(1)
    }

    #[adaptive_throttle(name = "throttle: above refusals")]
    #[bulkhead(name = "throttle: below it", policy = BulkheadPolicy::new(1))]
    async fn above_a_bulkhead() -> Outcome {
        Ok(1)
    }

    #[adaptive_throttle(name = "throttle: above refusals")]
    #[rate_limit(name = "throttle: below it", permits = 1, per = 1h)]
    fn above_a_rate_limit() -> Outcome {
        Ok(1)
    }

    #[adaptive_throttle(name = "throttle: above refusals")]
    #[adaptive_throttle(name = "throttle: below it", max_share = 1.0)]
    fn above_a_throttle() -> Outcome {
        Ok(1)
    }

    breaker("throttle: below it").force_open();
    assert_eq!(above_a_breaker().await, Err(Fault::Refused(ErrorKind::CircuitOpen)));
    let slot = registry().bulkhead("throttle: below it").expect("it is named").try_acquire();
    assert_eq!(above_a_bulkhead().await, Err(Fault::Refused(ErrorKind::BulkheadFull)));
    drop(slot);
    assert_eq!((above_a_rate_limit(), counts("throttle: above refusals").0), (Ok(1), 1));
    assert_eq!(above_a_rate_limit(), Err(Fault::Refused(ErrorKind::RateLimited)));
    overload("throttle: below it");
    assert_eq!(above_a_throttle(), SHED);
    assert_eq!(counts("throttle: above refusals"), (1, 0, 4));
}

#[tokio::test(start_paused = true)]
async fn a_retry_does_not_repeat_a_shed_call_unless_it_is_told_to() {
    #[retry(max_attempts = 5, base_delay = 10ms)]
    #[adaptive_throttle(name = "throttle: not repeated", max_share = 1.0)]
    async fn once() -> Outcome {
        Ok(1)
    }

    #[retry(max_attempts = 3, base_delay = 1s, backoff = constant, jitter = none, retry_refused(shed))]
    #[adaptive_throttle(name = "throttle: repeated", max_share = 1.0)]
    async fn again() -> Outcome {
        Ok(1)
    }

    overload("throttle: not repeated");
    overload("throttle: repeated");
    let start = Instant::now();
    assert_eq!(once().await, SHED);
    assert_eq!((start.elapsed(), throttle("throttle: not repeated").stats().shed_calls), (Duration::ZERO, 1));
    assert_eq!(again().await, SHED);
    assert_eq!((start.elapsed(), throttle("throttle: repeated").stats().shed_calls), (Duration::from_secs(2), 3));
}

#[tokio::test(start_paused = true)]
async fn a_breaker_counts_it_neither_way_and_a_fallback_answers_it() {
    #[fallback(value = 7, fallback_refused(shed))]
    #[circuit_breaker(name = "throttle: above a shed call", failure_threshold = 1)]
    #[adaptive_throttle(name = "throttle: answered", max_share = 1.0)]
    fn call(outcome: Outcome) -> Outcome {
        outcome
    }

    assert_eq!(call(Ok(1)), Ok(1));
    overload("throttle: answered");
    assert_eq!(call(Ok(1)), Ok(7));
    let stats = breaker("throttle: above a shed call").stats();
    assert_eq!((stats.failed_calls, stats.successful_calls, stats.ignored_calls), (0, 1, 1));
}

#[tokio::test(start_paused = true)]
async fn in_the_recommended_order_a_shed_call_takes_nothing_from_those_below() {
    #[fallback(value = 0)]
    #[timeout(1min)]
    #[retry(max_attempts = 3, base_delay = 0s)]
    #[circuit_breaker(name = "throttle: in order", failure_threshold = 100)]
    #[adaptive_throttle(name = "throttle: in order", max_share = 1.0)]
    #[rate_limit(name = "throttle: in order", permits = 10, per = 1h)]
    #[timeout(1s)]
    #[bulkhead(name = "throttle: in order", max_concurrent = 1)]
    async fn call(ran: &Cell<u32>) -> Outcome {
        ran.set(ran.get() + 1);
        Err(Fault::Own)
    }

    let ran = Cell::new(0);
    assert_eq!((call(&ran).await, ran.get()), (Ok(0), 3));
    assert_eq!(counts("throttle: in order"), (0, 3, 0));
    overload("throttle: in order");
    assert_eq!((call(&ran).await, ran.get()), (Ok(0), 3));
    assert_eq!(registry().rate_limiter("throttle: in order").expect("it is named").available(), Some(7));
    assert_eq!(registry().bulkhead("throttle: in order").expect("it is named").stats().accepted_calls, 3);
    assert_eq!(breaker("throttle: in order").stats().ignored_calls, 1);
}

#[tokio::test(start_paused = true)]
async fn exhausted_retries_below_count_as_their_last_error() {
    #[adaptive_throttle(name = "throttle: above retries")]
    #[retry(max_attempts = 2, base_delay = 0s, exhausted = wrap)]
    async fn failing() -> Result<u32, resilient::Error> {
        Err(resilient::Error::TimedOut { name: "it".into(), after: Duration::ZERO })
    }

    assert!(failing().await.is_err_and(|error| error.is_retries_exhausted()));
    assert_eq!(counts("throttle: above retries"), (0, 1, 0));
}
