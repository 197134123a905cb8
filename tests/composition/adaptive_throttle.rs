//! Throttles among other attributes: what they make of refusals from below, and what others make of theirs.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use resilient::{
    AdaptiveThrottle, AdaptiveThrottlePolicy, Bulkhead, BulkheadPolicy, ErrorKind, Pipeline, RetryPolicy,
    adaptive_throttle, bulkhead, circuit_breaker, fallback, rate_limit, registry, retry, timeout,
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

#[tokio::test(start_paused = true)]
async fn a_pipeline_takes_a_throttle_which_counts_as_the_attribute_does() {
    let below = Arc::new(Bulkhead::new("throttle: below, in a pipeline", BulkheadPolicy::new(1)));
    let throttle = Arc::new(AdaptiveThrottle::new("in a pipeline", AdaptiveThrottlePolicy::new().max_share(1.0)));
    let pipeline = Pipeline::<Fault, u32>::new()
        .retry(RetryPolicy::new().max_attempts(3))
        .adaptive_throttle(&throttle)
        .failure_if(|fault| *fault == Fault::Own)
        .failure_if_ok(|status| *status == 503)
        .timeout(Duration::from_millis(100))
        .bulkhead(&below)
        .build()
        .expect("nothing contradicts");
    let counts = || {
        let stats = throttle.stats();
        (stats.accepted_calls, stats.failed_calls, stats.ignored_calls, stats.shed_calls)
    };
    assert_eq!(pipeline.run(async || Ok(1)).await.expect("it is accepted"), 1);
    assert_eq!(pipeline.call(|| Ok(503)).expect("it is a value"), 503);
    assert_eq!(counts(), (1, 1, 0, 0));
    assert!(pipeline.run(async || Err(Fault::Own)).await.is_err());
    assert_eq!(counts(), (1, 4, 0, 0), "each attempt counts");
    assert!(pipeline.run(async || Err(Fault::Refused(ErrorKind::CircuitOpen))).await.is_err());
    assert_eq!(counts(), (1, 4, 3, 0));
    assert!(pipeline.run(std::future::pending::<Outcome>).await.is_err());
    assert_eq!(counts(), (1, 7, 3, 0), "`TimedOut`");
    let slot = below.try_acquire();
    assert!(pipeline.run(async || Ok(1)).await.is_err());
    assert_eq!(counts(), (1, 7, 6, 0), "`BulkheadFull`");
    drop(slot);
    (0..200_000).for_each(|_| throttle.record_failure());
    let shed = pipeline.run(async || Ok(1)).await.expect_err("it is shed");
    assert!(shed.refusal().is_some_and(resilient::Error::is_shed));
    let shed = pipeline.call(|| Ok(1)).expect_err("it is shed");
    assert!(shed.refusal().is_some_and(resilient::Error::is_shed));
    assert_eq!(throttle.stats().shed_calls, 2, "no retry repeats it");
}

#[tokio::test(start_paused = true)]
async fn in_a_pipeline_a_panic_is_a_failure_and_a_dropped_call_is_none() {
    let throttle = Arc::new(AdaptiveThrottle::new("dropped in a pipeline", AdaptiveThrottlePolicy::new()));
    let pipeline: Arc<Pipeline<Fault>> =
        Arc::new(Pipeline::new().adaptive_throttle(&throttle).build().expect("nothing contradicts"));
    assert!(
        tokio::time::timeout(Duration::from_millis(10), pipeline.run(std::future::pending::<Outcome>)).await.is_err()
    );
    let counts = || (throttle.stats().accepted_calls, throttle.stats().failed_calls, throttle.stats().ignored_calls);
    assert_eq!(counts(), (0, 0, 1));
    let panics = Arc::clone(&pipeline);
    let task = tokio::spawn(async move { panics.run(async || -> Outcome { panic!("as planned") }).await });
    assert!(task.await.is_err());
    assert_eq!(counts(), (0, 1, 1));
    let limited = Pipeline::new()
        .timeout(Duration::from_millis(100))
        .adaptive_throttle(&throttle)
        .build()
        .expect("nothing contradicts");
    assert!(limited.run(std::future::pending::<Outcome>).await.is_err());
    assert_eq!(counts(), (0, 2, 1), "it hung until the timeout above");
}

#[test]
fn a_pipeline_refuses_one_throttle_twice() {
    let throttle = Arc::new(AdaptiveThrottle::new("twice", AdaptiveThrottlePolicy::new()));
    let twice = Pipeline::<Fault>::new().adaptive_throttle(&throttle).adaptive_throttle(&throttle).build();
    let problem = twice.expect_err("it would count each call twice").to_string();
    assert!(problem.contains("a `adaptive_throttle` named \"twice\" is already above"), "{problem}");
}
